"""A class of three, graded from start to end as a real one: does the grader give what it must?

One hands in the solution and must get everything, one the release as it was handed out and must get
nothing, one a solution with two mistakes that the field knows and must lose what these cost, and
nothing else. The mistakes are among those that the graders are proven with.
"""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempts
from llmcourse.grading.classroom.grade import grade_class
from llmcourse.grading.classroom.submissions import find
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of, grade_id_of
from llmcourse.grading.problem_sets.named import problem_set
from llmcourse.grading.problem_sets.release import files_of
from llmcourse.grading.problem_sets.tasks import ProblemSet, Task, read_set
from llmcourse.sandbox.bubblewrap import has_sandbox

MISTAKES = {
    "1-inputs": {"batches": "labels_shifted_back", "chat": "strips_content"},
    "2-network": {"alibi": "sign_swapped", "count": "tied_head_costs_nothing"},
    "3-decoding": {"top-p": "drops_crossing_token", "kv-cache": "changes_the_cache"},
}
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
    """Release `step`, hand in three notebooks, grade them in a gradebook that is gone afterwards.

    They are the course's own, so where there is no sandbox they are graded without one. Raises
    `UserError` where the set or its wrong solutions can't be read, or one can't be graded.
    """
    contract, released, handed_in = hand_ins(root, step)
    notebooks = {student: notebook for student, (notebook, _) in handed_in.items()}
    points = _grade(bundle_of(contract, released), notebooks)
    return contract, [
        Graded(student, points[student], expected) for student, (_, expected) in handed_in.items()
    ]


def hand_ins(
    root: Path, step: str
) -> tuple[ProblemSet, dict[str, Any], dict[str, tuple[dict[str, Any], dict[str, float]]]]:
    """The set, its release, and for each of the three a notebook and what it must earn by task."""
    contract = read_set(problem_set(root, step))
    solutions = _solution_cells(contract, json.loads(contract.source.read_bytes()))
    mistakes = {task: _mistake(root, step, task, name) for task, name in _mistakes(step).items()}
    everything = {task.id: float(task.points) for task in contract.tasks}
    left = {t.id: _left(t, mistakes[t.id]) for t in contract.tasks if t.id in mistakes}
    files = files_of(contract, root)
    released = json.loads(files[root / "exercises" / step / contract.notebook])
    cells: dict[str, tuple[dict[str, str], dict[str, float]]] = {
        "solution": (solutions, everything),
        "empty": ({}, dict.fromkeys(everything, 0.0)),
        "two-mistakes": (solutions | mistakes, everything | left),
    }
    return (
        contract,
        released,
        {
            student: (_filled_in(released, contract, written), expected)
            for student, (written, expected) in cells.items()
        },
    )


def _grade(bundle: Bundle, notebooks: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    """What each student's notebook earns, by task."""
    with tempfile.TemporaryDirectory(prefix="llmcourse-") as folder:
        for student, notebook in notebooks.items():
            place = Path(folder) / "submitted" / student / bundle.step
            place.mkdir(parents=True)
            (place / bundle.notebook).write_text(json.dumps(notebook), encoding="utf-8")
        outcomes = grade_class(
            find(Path(folder) / "submitted", bundle.step),
            bundle,
            Attempts(Path(folder) / "gradebook"),
            sandbox=has_sandbox(),
        )
    points = {}
    for outcome in outcomes:
        if outcome.result is None or outcome.problem:
            raise UserError(
                f"The sample class could not be graded: {outcome.student}: {outcome.problem}",
                todo="Try one by hand: llmcourse grade --help",
            )
        points[outcome.student] = {task.id: task.points for task in outcome.result.tasks}
    return points


def _mistakes(step: str) -> dict[str, str]:
    if step not in MISTAKES:
        raise UserError(
            f"There is no sample class for {step!r}.",
            todo=f"Choose {', '.join(MISTAKES)}, or add two of its wrong solutions to "
            "llmcourse/grading/proving/sample_class.py.",
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
    sources = {grade_id_of(cell): "".join(cell["source"]) for cell in notebook["cells"]}
    return {task.id: sources[task.cells.solution] for task in contract.tasks}


def _filled_in(
    released: dict[str, Any], contract: ProblemSet, solutions: Mapping[str, str]
) -> dict[str, Any]:
    """The release with solutions written into its cells, as a learner would."""
    by_cell = {
        task.cells.solution: solutions[task.id] for task in contract.tasks if task.id in solutions
    }
    cells = [
        cell | {"source": by_cell[grade_id_of(cell)]} if grade_id_of(cell) in by_cell else cell
        for cell in released["cells"]
    ]
    return released | {"cells": cells}
