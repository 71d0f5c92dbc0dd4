"""A learner's notebook against its own visible tests: what passes, and what do the others need?

The same tests that the learner sees in the notebook, run in a fresh kernel, so that a result does
not hang on cells that were run in another order or deleted since. Left out: hidden tests, which are
not in the notebook. A grade is given by the grader alone.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llmcourse.grading.kernel import Progress, Raised, refuse_syntax_errors, run
from llmcourse.grading.notebook import Cell, Notebook, read

State = Literal["passed", "not started", "not yet", "error"]

FAILED = ("AssertionError", "Mismatch")
"""What a test raises when the answer is not right yet. Anything else is an error in the code."""


@dataclass(frozen=True)
class TaskResult:
    """What the visible tests say of one task."""

    title: str
    points: float  # of its visible tests
    hidden: float  # of the tests that only the grader has
    state: State
    message: str = ""  # of the first test that failed


@dataclass(frozen=True)
class Check:
    """What the visible tests of one notebook say."""

    notebook: Notebook
    tasks: tuple[TaskResult, ...]
    stumbles: tuple[str, ...]  # cells that are no tests and raised, with what they raised

    @property
    def passed(self) -> bool:
        """Whether every task passed."""
        return all(task.state == "passed" for task in self.tasks)


def check(path: Path, *, timeout: int = 60, on_progress: Progress | None = None) -> Check:
    """Run the notebook at `path` and say of each task whether its visible tests pass.

    `timeout` is in seconds a cell. Raises `UserError` for a file that is no problem set, and for a
    cell that is no Python or doesn't come to an end. Nothing is written into the notebook.
    """
    notebook = read(path)
    refuse_syntax_errors(notebook)
    raised = run(notebook, timeout=timeout, on_progress=on_progress)
    stumbles = tuple(
        f"{cell.name}: {raised[cell.index]}"
        for cell in notebook.cells
        if cell.index in raised and not cell.is_test
    )
    results = (_result(title, tests, raised) for title, tests in notebook.tasks().items())
    return Check(notebook, tuple(results), stumbles)


def _result(title: str, tests: tuple[Cell, ...], raised: dict[int, Raised]) -> TaskResult:
    points = sum((cell.points for cell in tests if not cell.is_hidden), 0.0)
    hidden = sum((cell.points for cell in tests if cell.is_hidden), 0.0)
    state, message = _verdict([raised[cell.index] for cell in tests if cell.index in raised])
    return TaskResult(title, points, hidden, state, message)


def _verdict(raised: list[Raised]) -> tuple[State, str]:
    """The state of a task, and what its first failed test said."""
    if not raised:
        return "passed", ""
    first = raised[0]
    if first.kind == "NotImplementedError":
        return "not started", ""
    if first.kind in FAILED:
        return "not yet", first.message or f"this does not hold: {first.line}"
    return "error", str(first)
