"""What people gave in formgrader: comments, and scores that count in place of the automatic ones.

nbgrader's rule is that such a score counts for as long as it stands there, so it counts for a newer
file too. A merge then marks it (`needs_manual_grade`), and formgrader takes the mark away when the
score is written again.
"""

from collections import defaultdict
from collections.abc import Mapping

from llmcourse.grading.classroom.gradebook.database import Database
from llmcourse.grading.classroom.standing import ByHand


def by_hand(database: Database, step: str) -> Mapping[str, ByHand]:
    """By student, of those who were given anything."""
    scores = _scores(database, step)
    comments = _comments(database, step)
    return {
        student: ByHand(
            student in scores, scores.get(student, False), tuple(comments.get(student, ()))
        )
        for student in {*scores, *comments}
    }


def _scores(database: Database, step: str) -> dict[str, bool]:
    """Who has a score by a person, and whether one is marked."""
    api = database.api
    grade = api.Grade
    rows = (
        database.book.db.query(api.Student.id, grade.needs_manual_grade)
        .select_from(grade)
        .join(api.SubmittedNotebook, grade.notebook_id == api.SubmittedNotebook.id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.Student, api.SubmittedAssignment.student_id == api.Student.id)
        .filter(api.Assignment.name == step)
        .filter(grade.manual_score.isnot(None) | grade.extra_credit.isnot(None))
        .filter(grade.manual_score.isnot(None) | (grade.extra_credit != 0))
    )
    found: dict[str, bool] = defaultdict(bool)
    for student, marked in rows:
        found[student] |= bool(marked)
    return found


def _comments(database: Database, step: str) -> dict[str, list[tuple[str, str]]]:
    """What people wrote, with the cell's name, in the order of the names."""
    api = database.api
    rows = (
        database.book.db.query(api.Student.id, api.BaseCell.name, api.Comment.manual_comment)
        .select_from(api.Comment)
        .join(api.SubmittedNotebook, api.Comment.notebook_id == api.SubmittedNotebook.id)
        .join(
            api.SubmittedAssignment,
            api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
        )
        .join(api.Assignment, api.SubmittedAssignment.assignment_id == api.Assignment.id)
        .join(api.Student, api.SubmittedAssignment.student_id == api.Student.id)
        .join(api.BaseCell, api.Comment.cell_id == api.BaseCell.id)
        .filter(api.Assignment.name == step)
        .filter(api.Comment.manual_comment.isnot(None))
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for student, cell, comment in rows:
        if comment.strip():
            found[student].append((cell, comment))
    return {student: sorted(theirs) for student, theirs in found.items()}
