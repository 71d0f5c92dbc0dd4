"""A learner's notebook against its own visible tests: what passes, and what do the others need?

The same tests that the learner sees in the notebook, run in a fresh kernel, so that a result does
not hang on cells that were run in another order or deleted since. A test that is not the release's
any more says nothing, and is never a pass. Left out: hidden tests, which are not in the notebook. A
grade is given by the grader alone.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from llmcourse.grading.forbidden import refuse
from llmcourse.grading.kernel import Progress, Raised, names_of, refuse_syntax_errors, run
from llmcourse.grading.notebook import Exercise, Notebook, fingerprint, read
from llmcourse.grading.verdict import said, state_of

State = Literal[
    "passed", "not started", "not yet", "error", "not allowed", "test changed", "no setup"
]

CHANGED = "Its test was changed (or deleted): fetch a fresh notebook and copy your solution over."

UNKNOWN = (
    "This notebook has lost what the release says of its tests, so one that was changed or deleted "
    "goes unnoticed here. A fresh notebook has it."
)

_UNDEFINED = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True)
class TaskResult:
    """What the visible tests say of one task."""

    title: str
    points: float  # of its visible tests
    hidden: float  # of the tests that only the grader has
    state: State
    message: str = ""  # of the first test that failed
    id: str | None = None  # None where the notebook doesn't tell


@dataclass(frozen=True)
class Check:
    """What the visible tests of one notebook say."""

    notebook: Notebook
    tasks: tuple[TaskResult, ...]
    stumbles: tuple[str, ...]  # cells of no task's tests that raised, with what they raised
    warnings: tuple[str, ...] = ()  # about the notebook as a whole

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
    setup = _setup(notebook, raised)
    exercises = notebook.exercises()
    told = {cell.index for exercise in exercises for cell in exercise.tests}.union(setup.told)
    stumbles = tuple(
        f"{cell.name}: {raised[cell.index]}"
        for cell in notebook.cells
        if cell.index in raised and cell.index not in told
    )
    warnings = (setup.warning, "" if notebook.original else UNKNOWN)
    return Check(
        notebook,
        tuple(
            _result(exercise, raised, setup, _refused(exercise, notebook)) for exercise in exercises
        ),
        stumbles,
        tuple(warning for warning in warnings if warning),
    )


class _Setup(NamedTuple):
    """What is wrong with the cells that define what the tests need: said once, not by each task."""

    missed: Mapping[int, str]  # the names that cells did not find, by cell index
    told: Collection[int]  # the cells whose exceptions the warning speaks of
    warning: str  # what is wrong and what to do; nothing where all is well


def _setup(notebook: Notebook, raised: Mapping[int, Raised]) -> _Setup:
    here = [cell for cell in notebook.cells if cell.is_setup]
    if notebook.original is None:
        names = {name for cell in here for name in names_of(cell.source)}
        gone = []
    else:
        names = {name for cell in notebook.original.setup for name in cell.names}
        found = {fingerprint(cell.source) for cell in notebook.cells}
        gone = [cell.grade_id for cell in notebook.original.setup if cell.sha256 not in found]
    missed = {
        index: name[1]
        for index, one in raised.items()
        if one.kind == "NameError" and (name := _UNDEFINED.match(one.message)) and name[1] in names
    }
    listed = ", ".join(sorted(set(missed.values())))
    need = f" The tests miss {listed}." if missed else ""
    broken = [cell for cell in here if cell.index in raised]
    if gone:
        said = (
            f"The setup cell ({', '.join(gone)}) was changed or deleted, and the tests rest on it."
        )
        todo = "Fetch a fresh notebook and copy your solutions over."
        return _Setup(missed, missed, f"{said}{need} {todo}")
    if broken:
        said = f"The setup cell, {broken[0].name}, raised {raised[broken[0].index]}."
        told = {*missed, broken[0].index}
        return _Setup(missed, told, f"{said}{need} Mend that first.")
    if missed:
        said = f"The setup cell defines {listed}, but the tests don't find it."
        todo = "Let the cell stand above all tasks, and let no cell delete what it defines."
        return _Setup(missed, missed, f"{said} {todo}")
    return _Setup(missed, missed, "")


def _refused(exercise: Exercise, notebook: Notebook) -> str:
    """Why the solution earns nothing whatever its tests say, as the grader reads it too."""
    if exercise.original is None or notebook.original is None:
        return ""
    own = [cell.index for cell in notebook.cells if cell.grade_id == exercise.original.solution]
    sources = {cell.index: cell.source for cell in notebook.cells}
    given = {task.solution for task in notebook.original.tasks}
    before = [
        cell.source
        for cell in notebook.cells
        if own and cell.index < own[-1] and (cell.grade_id in given or cell.grade_id is None)
    ]
    source = "\n".join(sources[index] for index in own)
    return refuse(source, exercise.original.forbidden, notebook.original.imports, before) or ""


def _result(
    exercise: Exercise, raised: dict[int, Raised], setup: _Setup, refused: str
) -> TaskResult:
    failed = [cell.index for cell in exercise.tests if cell.index in raised]
    state: State
    if exercise.changed:
        state, message = "test changed", CHANGED
    elif failed and failed[0] in setup.missed:
        state, message = "no setup", ""
    elif refused:
        state, message = "not allowed", refused
    else:
        state, message = _verdict([raised[index] for index in failed])
    return TaskResult(exercise.title, exercise.points, exercise.hidden, state, message, exercise.id)


def _verdict(raised: list[Raised]) -> tuple[State, str]:
    """The state of a task, and what its first failed test said."""
    if not raised:
        return "passed", ""
    state = state_of(raised[0])
    return state, "" if state == "not started" else said(raised[0])
