"""A class of three, graded by nbgrader from start to end: does the grader give what it must?

One hands in the solution and must get everything, one the release as it was handed out and must get
nothing, one a solution with two mistakes that the field knows and must lose what these cost, and
nothing else. The mistakes are among those that the graders are proven with. Left out: everything
that makes grading safe for code that nobody trusts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.course_folder import course_folder
from llmcourse.grading.release import problem_set
from llmcourse.grading.tasks import ProblemSet, Task, read_set

MISTAKES = {"3-decoding": {"top-p": "drops_crossing_token", "kv-cache": "changes_the_cache"}}
"""For each step two tasks, and of each a wrong solution.

One fails the visible tests and the hidden ones, the other the hidden ones alone; the second line of
the file says which.
"""

CASES = Path("tests") / "grading" / "cases"


@dataclass(frozen=True)
class Graded:
    """What one of the class got, and what is right, by task id."""

    student: str
    points: Mapping[str, float]
    expected: Mapping[str, float]

    @property
    def score(self) -> float:
        """The points of all tasks."""
        return sum(self.points.values())

    @property
    def as_expected(self) -> bool:
        """Whether every task got what it must."""
        return self.points == self.expected


def grade_sample(root: Path, step: str) -> tuple[ProblemSet, list[Graded]]:
    """Release `step` in a course folder of its own, hand in three notebooks, grade them.

    Raises `UserError` where the set or its wrong solutions can't be read or nbgrader can't grade.
    """
    contract = read_set(problem_set(root, step))
    source = contract.source.read_bytes()
    solutions = _solution_cells(contract, json.loads(source))
    mistakes = {task: _mistake(root, step, task, name) for task, name in _mistakes(step).items()}
    everything = {task.id: float(task.points) for task in contract.tasks}
    left = {t.id: _left(t, mistakes[t.id]) for t in contract.tasks if t.id in mistakes}
    handed_in = {
        "solution": (solutions, everything),
        "empty": ({}, dict.fromkeys(everything, 0.0)),
        "two-mistakes": (solutions | mistakes, everything | left),
    }
    graded = []
    with course_folder(root) as course:
        course.source(step).write_bytes(source)
        released = json.loads(course.release(step).read_bytes())
        for student, (cells, expected) in handed_in.items():
            notebook = _filled_in(released, contract, cells)
            course.submitted(step, student).write_text(json.dumps(notebook), encoding="utf-8")
            points = course.grade(step, student)
            graded.append(Graded(student, _by_task(contract, points), expected))
    return contract, graded


def _mistakes(step: str) -> dict[str, str]:
    if step not in MISTAKES:
        raise UserError(
            f"There is no sample class for {step!r}.",
            todo=f"Choose {', '.join(MISTAKES)}, or add two of its wrong solutions to "
            "llmcourse/grading/sample_class.py.",
        )
    return MISTAKES[step]


def _mistake(root: Path, step: str, task: str, name: str) -> str:
    path = root / CASES / step / task / "wrong" / f"{name}.py"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.",
            todo="Run the command in the root of the course's repository.",
        ) from None


def _left(task: Task, mistake: str) -> float:
    """The points that a task still earns with a mistake: none, or those of its visible tests."""
    return float(task.visible) if "# loses: hidden" in mistake.splitlines() else 0.0


def _solution_cells(contract: ProblemSet, notebook: dict[str, Any]) -> dict[str, str]:
    """The source of each task's solution, by task id."""
    sources = {_grade_id(cell): "".join(cell["source"]) for cell in notebook["cells"]}
    return {task.id: sources[task.cells.solution] for task in contract.tasks}


def _filled_in(
    released: dict[str, Any], contract: ProblemSet, solutions: Mapping[str, str]
) -> dict[str, Any]:
    """The release with solutions written into its cells, as a learner would."""
    by_cell = {
        task.cells.solution: solutions[task.id] for task in contract.tasks if task.id in solutions
    }
    cells = [
        cell | {"source": by_cell[_grade_id(cell)]} if _grade_id(cell) in by_cell else cell
        for cell in released["cells"]
    ]
    return released | {"cells": cells}


def _by_task(contract: ProblemSet, points: Mapping[str, float]) -> dict[str, float]:
    """The points of the tests as points of the tasks."""

    def of(task: Task) -> float:
        return points[task.cells.visible] + points[task.cells.hidden]

    return {task.id: of(task) for task in contract.tasks}


def _grade_id(cell: Mapping[str, Any]) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")
