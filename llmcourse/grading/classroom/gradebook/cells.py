"""What nbgrader's gradebook knows of a set: its cells, what they are worth and what they hold."""

import json
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.classroom.gradebook.database import Database
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.formgrader import KERNEL


def describe(database: Database, bundle: Bundle) -> None:
    """Let the gradebook know the set, as its bundle is now.

    Raises `UserError` where a test is gone that a person gave a score for.
    """
    book, step, name = database.book, bundle.step, notebook_name(bundle)
    try:
        book.find_assignment(step)
    except database.api.MissingEntry:
        book.add_assignment(step)
    try:
        notebook = book.find_notebook(name, step)
    except database.api.MissingEntry:
        notebook = book.add_notebook(name, step, kernelspec=json.dumps(KERNEL))
    points = _points(bundle)
    _forget_cells(database, notebook, set(points), step)
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


def notebook_name(bundle: Bundle) -> str:
    """What nbgrader calls the set's notebook."""
    return Path(bundle.notebook).stem


def _points(bundle: Bundle) -> dict[str, float]:
    """What each test cell is worth."""
    points = {}
    for task in bundle.tasks:
        points[task.cells.visible] = float(task.visible)
        points[task.cells.hidden] = float(task.hidden)
    return points


def _forget_cells(database: Database, notebook: Any, tests: set[str], step: str) -> None:
    """Drop the grades of tests that the set no longer has; they would count for its points."""
    gone = [cell for cell in notebook.grade_cells if cell.name not in tests]
    for cell in gone:
        if any(grade.manual_score is not None for grade in cell.grades):
            raise UserError(
                f"{step} no longer has the test {cell.name!r}, and the gradebook has "
                "scores for it that a person gave.",
                todo="Keep a copy of nbgrader's database, move it away and run the same command "
                "again: a new one is made from the attempts.",
            )
    for cell in gone:
        for grade in list(cell.grades):
            database.book.db.delete(grade)
        database.book.db.delete(cell)
    database.book.db.commit()


def _checksum(name: str, source: str, points: float | None) -> str:
    """By which nbgrader sees whether a cell was changed."""
    import nbformat
    from nbgrader.utils import compute_checksum

    marks = {"grade_id": name, "grade": points is not None, "solution": points is None}
    marks |= {"locked": points is not None, "points": points or 0.0, "task": False}
    return compute_checksum(nbformat.v4.new_code_cell(source, metadata={"nbgrader": marks}))
