"""A graded submission as a notebook for nbgrader's formgrader, where instructors read and comment.

It is made from the bundle, the learner's own cells and the result; nothing else of the file that
was handed in comes into it, no text and no output, so nothing in it can run in the instructor's
browser. It holds hidden tests and stays on the instructor's side.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.problem_sets.tasks import Task
from llmcourse.grading.submission.canonical import LearnerCell
from llmcourse.grading.submission.result import Result, TestResult

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def graded_notebook(bundle: Bundle, result: Result, cells: Sequence[LearnerCell]) -> str:
    """The notebook as JSON: the learner's `cells` in their order, each task followed by its tests.

    A task of which there is no cell stands at the end as it was released.
    """
    written = list(_cells(bundle, result, cells))
    for number, cell in enumerate(written, start=1):
        cell["id"] = f"cell-{number}"
    metadata = {"kernelspec": KERNEL, "llmcourse": {"step": bundle.step}}
    notebook = {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _cells(
    bundle: Bundle, result: Result, cells: Sequence[LearnerCell]
) -> Iterator[dict[str, Any]]:
    tests = {task.id: (task.visible, task.hidden) for task in result.tasks}
    if said := "\n".join(filter(None, (result.refused, *result.notes))):
        yield _code("# About the file that was handed in", said)
    for source in bundle.setup:
        yield _code(source)
    by_cell = {task.cells.solution: task for task in bundle.tasks}
    last = {cell.grade_id: place for place, cell in enumerate(cells)}
    for place, cell in enumerate(cells):
        task = by_cell.get(cell.grade_id or "")
        if task is None:
            yield _code(cell.source)
            continue
        if all(earlier.grade_id != cell.grade_id for earlier in cells[:place]):
            yield _heading(task)
            yield _code(cell.source, grade_id=cell.grade_id)
        else:  # its second half; nbgrader allows a grade_id once
            yield _code(cell.source)
        if last[cell.grade_id] == place:
            yield from _tests(bundle, task, tests.get(task.id, ()))
    for task in bundle.tasks:
        if task.cells.solution not in last:
            yield _heading(task)
            yield _code(bundle.released[task.cells.solution], grade_id=task.cells.solution)
            yield from _tests(bundle, task, tests.get(task.id, ()))


def _heading(task: Task) -> dict[str, Any]:
    text = f"### Task {task.number} · {task.title}"
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _tests(bundle: Bundle, task: Task, results: Iterable[TestResult]) -> Iterator[dict[str, Any]]:
    visible, hidden = list(results) or (None, None)
    for name, points, test in (
        (task.cells.visible, task.visible, visible),
        (task.cells.hidden, task.hidden, hidden),
    ):
        failed = f"{test.state}: {test.message}" if test and not test.passed else ""
        yield _code(bundle.tests[name], failed, grade_id=name, points=points)


def _code(
    source: str, output: str = "", *, grade_id: str | None = None, points: int | None = None
) -> dict[str, Any]:
    """A code cell; with a grade_id the solution of a task, with points too one of its tests."""
    marks: dict[str, Any] = {"schema_version": 3, "grade_id": grade_id, "task": False}
    marks |= {"solution": points is None, "grade": points is not None, "locked": points is not None}
    if points is not None:
        marks["points"] = points
    return {
        "cell_type": "code",
        "metadata": {"nbgrader": marks} if grade_id else {},
        "source": source,
        "outputs": [{"output_type": "stream", "name": "stderr", "text": output}] if output else [],
        "execution_count": None,
    }
