"""nbgrader's gradebook, kept in step with the attempts.

What stands in it can be made again from the attempts at any time, but for what an instructor wrote
by hand in formgrader, and that is never touched. Only the newest attempt of a student is merged, so
an older one can't replace it, and merging twice changes nothing. A submission that could not be
graded has no automatic score and is marked as in need of a person, which is not the same as 0.

nbgrader takes seconds to import, so that happens when a gradebook is opened.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.attempts import Attempt, Attempts, locked
from llmcourse.grading.bundle import Bundle
from llmcourse.grading.course_config import CONFIG, course_config, nbgrader_needed, quiet
from llmcourse.grading.formgrader import KERNEL

SQLITE = "sqlite:///"


@dataclass(frozen=True)
class Place:
    """Where nbgrader finds what belongs to a course."""

    url: str  # of the database, as SQLAlchemy writes it
    course: str
    autograded: Path  # notebooks as formgrader shows them


def configured(root: Path) -> Place:
    """What the repository's `nbgrader_config.py` says. Raises `UserError` where there is none."""
    course = course_config(root).CourseDirectory
    url = str(course.db_url)
    if url.startswith(SQLITE):
        url = SQLITE + str(root.resolve() / url.removeprefix(SQLITE))
    return Place(url, str(course.course_id), root / str(course.autograded_directory))


class Gradebook:
    """The gradebook of a course; close it, or use it in a `with`."""

    def __init__(self, place: Place, attempts: Attempts):
        """Open it, and make it where there is none. Raises `UserError` where it can't be opened."""
        self._place, self._attempts = place, attempts
        self._described: set[str] = set()  # bundles whose cells it knows
        with locked(attempts.gradebook), quiet():
            self._api, self._book = _open(place)

    def __enter__(self) -> "Gradebook":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._book.close()

    def merge(self, bundle: Bundle, student: str) -> bool:
        """Write what the newest attempt of `student` was given; whether anything changed."""
        with self._written():
            return self._merge(bundle, student)

    def merge_all(self, bundle: Bundle) -> int:
        """The same for everybody; how many changed. What is as it must be costs one query."""
        with self._written():
            kept = self._kept(bundle.step)
            changed = 0
            for student in self._attempts.students(bundle.step):
                attempt = self._attempts.newest(bundle.step, student)
                if attempt and (
                    kept.get(student) != _scores(bundle, attempt)
                    or self._page_is_old(bundle, attempt)
                ):
                    changed += self._merge(bundle, student)
            return changed

    @contextmanager
    def _written(self) -> Iterator[None]:
        """One process at a time, so that "the newest" is still true when it is written."""
        from sqlalchemy.exc import SQLAlchemyError

        with locked(self._attempts.gradebook), quiet():
            try:
                yield
            except (SQLAlchemyError, self._api.InvalidEntry) as error:
                self._book.db.rollback()
                raise UserError(
                    f"nbgrader's gradebook can't be written: {_first_line(error)}",
                    todo="Every attempt is kept all the same. Mend the database (or move "
                    "gradebook.db away) and run the same command again: it merges what is missing.",
                ) from None

    def _merge(self, bundle: Bundle, student: str) -> bool:
        attempt = self._attempts.newest(bundle.step, student)
        if attempt is None:
            return False
        self._describe(bundle)
        page_is_old = self._page_is_old(bundle, attempt)
        if page_is_old:
            self._write_page(bundle, attempt)
        submitted = self._submitted(bundle, attempt)
        changed = self._set_scores(submitted, _scores(bundle, attempt))
        self._book.db.commit()
        return changed or page_is_old

    def _submitted(self, bundle: Bundle, attempt: Attempt) -> Any:
        """The student's copy of the notebook, with a grade and a comment for each cell."""
        book, api, step, student = self._book, self._api, bundle.step, attempt.student
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
        submitted = book.find_submission_notebook(_stem(bundle), step, student)
        graded = {grade.cell_id for grade in submitted.grades}
        for cell in submitted.notebook.grade_cells:
            if cell.id not in graded:
                book.db.add(api.Grade(cell_id=cell.id, notebook=submitted))
        commented = {comment.cell_id for comment in submitted.comments}
        for cell in submitted.notebook.solution_cells:
            if cell.id not in commented:
                book.db.add(api.Comment(cell_id=cell.id, notebook=submitted))
        book.db.flush()
        return submitted

    def _set_scores(self, submitted: Any, scores: Mapping[str, float | None]) -> bool:
        names = {cell.id: cell.name for cell in submitted.notebook.grade_cells}
        changed = False
        for grade in submitted.grades:
            score = scores.get(names[grade.cell_id])
            if grade.auto_score != score:
                grade.auto_score = score
                # nbgrader's rule: a person's score for an older attempt should be looked at again.
                grade.needs_manual_grade = score is None or grade.manual_score is not None
                changed = True
        return changed

    def _kept(self, step: str) -> dict[str, dict[str, float | None]]:
        """The automatic scores that are there, by student and cell."""
        api = self._api
        rows = (
            self._book.db.query(api.Student.id, api.GradeCell.name, api.Grade.auto_score)
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
        kept: dict[str, dict[str, float | None]] = {}
        for student, cell, score in rows:
            kept.setdefault(student, {})[cell] = score
        return kept

    def _describe(self, bundle: Bundle) -> None:
        """Let the gradebook know the set: its cells, what they are worth and what they hold."""
        if bundle.sha256 in self._described:
            return
        book, step, name = self._book, bundle.step, _stem(bundle)
        try:
            book.find_assignment(step)
        except self._api.MissingEntry:
            book.add_assignment(step)
        try:
            notebook = book.find_notebook(name, step)
        except self._api.MissingEntry:
            notebook = book.add_notebook(name, step, kernelspec=json.dumps(KERNEL))
        points = _points(bundle)
        self._forget_cells(notebook, set(points), bundle)
        for cell in bundle.order:
            source = bundle.tests.get(cell, bundle.released.get(cell, ""))
            if cell in points:
                book.update_or_create_grade_cell(
                    cell, name, step, max_score=points[cell], cell_type="code"
                )
            else:
                book.update_or_create_solution_cell(cell, name, step)
            book.update_or_create_source_cell(
                cell,
                name,
                step,
                cell_type="code",
                locked=cell in points,
                source=source,
                checksum=_checksum(cell, source, points.get(cell)),
            )
        self._described.add(bundle.sha256)

    def _forget_cells(self, notebook: Any, tests: set[str], bundle: Bundle) -> None:
        """Drop the grades of tests that the set no longer has; they would count for its points."""
        gone = [cell for cell in notebook.grade_cells if cell.name not in tests]
        for cell in gone:
            if any(grade.manual_score is not None for grade in cell.grades):
                raise UserError(
                    f"{bundle.step} no longer has the test {cell.name!r}, and the gradebook has "
                    "scores for it that a person gave.",
                    todo="Keep a copy of gradebook.db, move it away and run the same command "
                    "again: a new one is made from the attempts.",
                )
        for cell in gone:
            for grade in list(cell.grades):
                self._book.db.delete(grade)
            self._book.db.delete(cell)
        self._book.db.commit()

    def _page(self, bundle: Bundle, attempt: Attempt) -> Path | None:
        """Where formgrader looks for the graded notebook: by the student's name as it is."""
        if "/" in attempt.student or "\0" in attempt.student or attempt.student in (".", ".."):
            return None
        return self._place.autograded / attempt.student / attempt.step / bundle.notebook

    def _page_is_old(self, bundle: Bundle, attempt: Attempt) -> bool:
        """Whether formgrader would show the notebook of another attempt or result, or none."""
        page = self._page(bundle, attempt)
        if page is None:
            return False
        try:
            return page.read_bytes() != attempt.notebook.read_bytes()
        except OSError:
            return True

    def _write_page(self, bundle: Bundle, attempt: Attempt) -> None:
        page = self._page(bundle, attempt)
        if page is not None:
            with replacing(page) as temporary:
                shutil.copyfile(attempt.notebook, temporary)


def _scores(bundle: Bundle, attempt: Attempt) -> dict[str, float | None]:
    """The points of each test cell of the set; None where the attempt has no result for it."""
    by_task = attempt.result.by_test
    scores: dict[str, float | None] = {}
    for task in bundle.tasks:
        visible, hidden = by_task.get(task.id, (None, None))
        scores[task.cells.visible], scores[task.cells.hidden] = visible, hidden
    return scores


def _points(bundle: Bundle) -> dict[str, float]:
    """What each test cell is worth."""
    points = {}
    for task in bundle.tasks:
        points[task.cells.visible] = float(task.visible)
        points[task.cells.hidden] = float(task.hidden)
    return points


def _stem(bundle: Bundle) -> str:
    return Path(bundle.notebook).stem


def _time(timestamp: str) -> Any:
    """nbgrader's own reading of its timestamps; None for what is none."""
    from nbgrader.utils import parse_utc

    try:
        return parse_utc(timestamp) if timestamp else None
    except (ValueError, OverflowError):
        return None


def _checksum(name: str, source: str, points: float | None) -> str:
    """By which nbgrader sees whether a cell was changed."""
    import nbformat
    from nbgrader.utils import compute_checksum

    marks = {"grade_id": name, "grade": points is not None, "solution": points is None}
    marks |= {"locked": points is not None, "points": points or 0.0, "task": False}
    return compute_checksum(nbformat.v4.new_code_cell(source, metadata={"nbgrader": marks}))


def _open(place: Place) -> tuple[Any, Any]:
    """nbgrader's module and its gradebook."""
    with nbgrader_needed():
        from nbgrader import api
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with _programs_of_this_python():
            if place.url.startswith(SQLITE):
                _make_sqlite(api, Path(place.url.removeprefix(SQLITE)), place.course)
            return api, api.Gradebook(place.url, place.course)
    except (SQLAlchemyError, ImportError) as error:
        raise UserError(
            f"nbgrader's gradebook can't be opened: {_first_line(error)}",
            todo=f"Correct db_url in {CONFIG}, or install the driver of that database.",
        ) from None


def _make_sqlite(api: Any, path: Path, course: str) -> None:
    """Make a database whole or not at all: nbgrader makes its tables and its version in turn."""
    if path.exists():
        return
    for left in path.parent.glob(f".{path.name}.*.tmp"):  # of a grader that was killed
        left.unlink(missing_ok=True)
    with replacing(path) as temporary:
        api.Gradebook(f"{SQLITE}{temporary}", course).close()


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]


@contextmanager
def _programs_of_this_python() -> Iterator[None]:
    """nbgrader calls `alembic` by name; this finds it in an environment that is not active too."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before
