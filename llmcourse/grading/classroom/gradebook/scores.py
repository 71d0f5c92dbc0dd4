"""Scores: those that an attempt gives, those that stand in nbgrader's gradebook, what counts."""

from collections.abc import Mapping
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempt
from llmcourse.grading.classroom.gradebook.cells import notebook_name
from llmcourse.grading.classroom.gradebook.database import Database
from llmcourse.grading.problem_sets.bundle import Bundle

Scores = dict[str, float | None]
"""By test cell, or by student; None where there is none, which is not 0."""


def given(bundle: Bundle, attempt: Attempt) -> Scores:
    """The points of each test cell of the set; None where the attempt has no result for it."""
    by_task = attempt.result.by_test
    scores: Scores = {}
    for task in bundle.tasks:
        visible, hidden = by_task.get(task.id, (None, None))
        scores[task.cells.visible], scores[task.cells.hidden] = visible, hidden
    return scores


def set_automatic(submitted: Any, scores: Mapping[str, float | None], *, is_new: bool) -> bool:
    """Write them beside what a person gave; whether anything changed.

    `is_new`: they are of another notebook or result than those that stood there.
    """
    names = {cell.id: cell.name for cell in submitted.notebook.grade_cells}
    changed = False
    for grade in submitted.grades:
        score = scores.get(names[grade.cell_id])
        if grade.auto_score != score:
            grade.auto_score = score
            grade.needs_manual_grade = score is None or _is_given(grade)
            changed = True
        elif is_new and _is_given(grade) and not grade.needs_manual_grade:
            grade.needs_manual_grade = changed = True
    return changed


def _is_given(grade: Any) -> bool:
    """Whether a person gave something; for a newer attempt it should be looked at again."""
    return grade.manual_score is not None or bool(grade.extra_credit)


def submitted(database: Database, bundle: Bundle, attempt: Attempt) -> Any:
    """The student's copy of the notebook, with a grade and a comment for each cell."""
    book, api, step, student = database.book, database.api, bundle.step, attempt.student
    _check_length(database, student)
    try:
        book.find_student(student)
    except api.MissingEntry:
        book.add_student(student)
    try:
        submission = book.find_submission(step, student)
    except api.MissingEntry:
        submission = book.add_submission(step, student)
    # formgrader shows a submission as graded if this is what the submitted folder says.
    submission.timestamp = _time(attempt.timestamp)
    found = book.find_submission_notebook(notebook_name(bundle), step, student)
    graded = {grade.cell_id for grade in found.grades}
    for cell in found.notebook.grade_cells:
        if cell.id not in graded:
            book.db.add(api.Grade(cell_id=cell.id, notebook=found))
    commented = {comment.cell_id for comment in found.comments}
    for cell in found.notebook.solution_cells:
        if cell.id not in commented:
            book.db.add(api.Comment(cell_id=cell.id, notebook=found))
    book.db.flush()
    return found


def automatic(database: Database, step: str) -> dict[str, Scores]:
    """The automatic scores that stand in the gradebook, by student and cell."""
    api = database.api
    rows = (
        database.book.db.query(api.Student.id, api.GradeCell.name, api.Grade.auto_score)
        .select_from(api.Grade)
        .join(api.SubmittedNotebook, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.Student, api.SubmittedAssignment.student_id == api.Student.id)
        .join(api.GradeCell, api.Grade.cell_id == api.GradeCell.id)
        .filter(api.Assignment.name == step)
    )
    scores: dict[str, Scores] = {}
    for student, cell, score in rows:
        scores.setdefault(student, {})[cell] = score
    return scores


def counting(database: Database, step: str) -> Scores:
    """What counts for each student who has a submission, see `Gradebook.scores`."""
    api = database.api
    rows = (
        database.book.db.query(
            api.Student.id, api.Grade.auto_score, api.Grade.manual_score, api.Grade.extra_credit
        )
        .select_from(api.SubmittedAssignment)
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.Student, api.SubmittedAssignment.student_id == api.Student.id)
        .outerjoin(
            api.SubmittedNotebook,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .outerjoin(api.Grade, api.Grade.notebook_id == api.SubmittedNotebook.id)
        .filter(api.Assignment.name == step)
    )
    scores: Scores = {}
    for student, auto, manual, extra in rows:
        score = auto if manual is None else manual
        before = scores.get(student, 0.0)
        if score is None or before is None:
            scores[student] = None
        else:
            scores[student] = before + score + (extra or 0.0)
    return scores


def _check_length(database: Database, student: str) -> None:
    """SQLite takes any name; other databases no longer one than nbgrader's tables say."""
    longest = database.api.Student.id.type.length
    if len(student) > longest and database.url.get_backend_name() != "sqlite":
        raise UserError(
            f"nbgrader's gradebook can't take the name {student[:40]!r}…: it is longer than "
            f"{longest} characters.",
            todo="Rename the student's folder. Every attempt is kept all the same.",
        )


def _time(timestamp: str) -> Any:
    """nbgrader's own reading of its timestamps; None for what is none."""
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(timestamp) if timestamp else None
    except (ValueError, OverflowError):
        return None
