"""A learner's notebook against its own visible tests: what passes, and what do the others need?

The same tests that the learner sees in the notebook, run in a fresh kernel, so that a result does
not hang on cells that were run in another order or deleted since, by the grader's own rules and
limits. A test that is not the release's any more says nothing, and is never a pass. Left out:
hidden tests, which are not in the notebook. A grade is given by the grader alone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

from llmcourse.grading.notebook.cells import Cell
from llmcourse.grading.notebook.hashes import fingerprint
from llmcourse.grading.notebook.reading import Exercise, Notebook, read
from llmcourse.grading.notebook.source import names_of
from llmcourse.grading.rules.not_allowed import not_allowed
from llmcourse.grading.rules.verdict import STOPPED, Raised, said, state_of
from llmcourse.grading.self_check.kernel import Progress, run
from llmcourse.sandbox.limits import DEFAULT, Limits

State = Literal[
    "passed",
    "not started",
    "not yet",
    "error",
    "not allowed",
    "stopped",
    "test changed",
    "no setup",
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
    more: bool = False  # whether that test has more to check than it came to

    @property
    def earned(self) -> float:
        """All of its points, or none: it has passed, or it has not."""
        return self.points if self.state == "passed" else 0.0


@dataclass(frozen=True)
class Check:
    """What the visible tests of one notebook say."""

    notebook: Notebook
    tasks: tuple[TaskResult, ...]
    stumbles: tuple[str, ...]  # cells of no task's tests that raised, with what they raised
    warnings: tuple[str, ...] = ()  # about the notebook as a whole

    @property
    def more(self) -> str:
        """What to say of the tests that failed before their end; nothing where there is none."""
        titles = ", ".join(task.title for task in self.tasks if task.more)
        return (
            f"A test stops at its first failure, so more may follow in: {titles}" if titles else ""
        )

    @property
    def passed(self) -> bool:
        """Whether every task passed."""
        return all(task.state == "passed" for task in self.tasks)

    @property
    def earned(self) -> float:
        """Points by the visible tests."""
        return sum((task.earned for task in self.tasks), 0.0)

    @property
    def points(self) -> float:
        """What the visible tests are worth."""
        return sum((task.points for task in self.tasks), 0.0)

    @property
    def hidden(self) -> float:
        """What the tests are worth that only the grader has."""
        return sum((task.hidden for task in self.tasks), 0.0)


def check(path: Path, *, limits: Limits = DEFAULT, on_progress: Progress | None = None) -> Check:
    """Run the notebook at `path` and say of each task whether its visible tests pass.

    Of the `limits` those of time hold, the grader's own. A cell that is no Python or doesn't come
    to an end costs its own task and is named in the warnings. Raises `UserError` for a file that is
    no problem set, and where nothing can be run. Nothing is written into the notebook.
    """
    notebook = read(path)
    exercises = notebook.exercises()
    raised = run(notebook, _asked(notebook, exercises), limits=limits, on_progress=on_progress)
    setup = _setup(notebook, raised)
    warnings = [setup.warning, "" if notebook.original else UNKNOWN]
    warnings += [
        _not_run(notebook, cell, raised[cell.index]) for cell in _not_ended(notebook, raised)
    ]
    told = {cell.index for exercise in exercises for cell in exercise.tests}.union(setup.told)
    told |= {cell.index for cell in _not_ended(notebook, raised)}
    stumbles = tuple(
        f"{cell.name}: {raised[cell.index]}"
        for cell in notebook.cells
        if cell.index in raised and cell.index not in told
    )
    return Check(
        notebook,
        tuple(_result(exercise, notebook, raised, setup) for exercise in exercises),
        stumbles,
        tuple(warning for warning in warnings if warning),
    )


def _asked(notebook: Notebook, exercises: Sequence[Exercise]) -> dict[int, Sequence[str]]:
    """The learner's names that each test asks for, by cell index.

    Where the notebook doesn't say them any more: all that the learner's cells define.
    """
    given = {name for cell in notebook.cells if cell.is_setup for name in _names_of(cell)}
    theirs = (cell for cell in notebook.cells if not cell.is_setup and not cell.is_test)
    every = sorted({name for cell in theirs for name in _names_of(cell)} - given)
    asked: dict[int, Sequence[str]] = {cell.index: every for cell in notebook.tests}
    for exercise in exercises:
        if exercise.original is not None and exercise.original.names:
            asked |= {cell.index: exercise.original.names for cell in exercise.tests}
    return asked


def _names_of(cell: Cell) -> tuple[str, ...]:
    try:
        return names_of(cell.source)
    except (SyntaxError, ValueError):
        return ()


def _not_ended(notebook: Notebook, raised: Mapping[int, Raised]) -> list[Cell]:
    """The cells that could not be run to their end."""
    kinds = ("SyntaxError", STOPPED)
    return [c for c in notebook.cells if c.index in raised and raised[c.index].kind in kinds]


def _not_run(notebook: Notebook, cell: Cell, why: Raised) -> str:
    """A warning that names file and cell."""
    where = f"{notebook.path}, {cell.name}"
    if why.kind == "SyntaxError":
        return f"{where}{f', {why.line}' if why.line else ''}: syntax error: {why.message}."
    return f"{where}: {why.message} On a slow machine, give it more time: --timeout 300"


class _Setup(NamedTuple):
    """What is wrong with the cells that define what the tests need: said once, not by each task."""

    missed: Mapping[int, str]  # the names that cells did not find, by cell index
    told: Collection[int]  # the cells whose exceptions the warning speaks of
    warning: str  # what is wrong and what to do; nothing where all is well


def _setup(notebook: Notebook, raised: Mapping[int, Raised]) -> _Setup:
    here = [cell for cell in notebook.cells if cell.is_setup]
    if notebook.original is None:
        names = {name for cell in here for name in _names_of(cell)}
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
    solutions = {task.solution for task in notebook.original.tasks}
    end = max((cell.index for cell in exercise.tests), default=len(notebook.cells))
    cells = [
        (cell.grade_id, cell.source)
        for cell in notebook.cells
        if (cell.grade_id in solutions or cell.grade_id is None)
        and (cell.index < end or cell.grade_id == exercise.original.solution)
    ]
    task, imports = exercise.original, notebook.original.imports
    return not_allowed(cells, task.solution, task.names, task.forbidden, imports) or ""


def _result(
    exercise: Exercise, notebook: Notebook, raised: Mapping[int, Raised], setup: _Setup
) -> TaskResult:
    failed = [cell.index for cell in exercise.tests if cell.index in raised]
    state: State
    more = False
    if exercise.changed:
        state, message = "test changed", CHANGED
    elif failed and failed[0] in setup.missed:
        state, message = "no setup", ""
    elif refused := _refused(exercise, notebook):
        state, message = "not allowed", refused
    elif failed:
        why = _why(exercise, notebook, raised, raised[failed[0]])
        state = state_of(why)
        message = "" if state == "not started" else said(why)
        more = bool(message) and why.more
    else:
        state, message = "passed", ""
    points, hidden = exercise.points, exercise.hidden
    return TaskResult(exercise.title, points, hidden, state, message, exercise.id, more)


def _why(
    exercise: Exercise, notebook: Notebook, raised: Mapping[int, Raised], found: Raised
) -> Raised:
    """What a test raised, or why the name that it misses is not there."""
    own = [cell for cell in notebook.cells if cell.is_solution and _is_of(cell, exercise)]
    stumbles = [raised[cell.index] for cell in own if cell.index in raised]
    return stumbles[-1] if found.kind == "NameError" and stumbles else found


def _is_of(cell: Cell, exercise: Exercise) -> bool:
    if exercise.original is not None:
        return cell.grade_id == exercise.original.solution
    return cell.task == exercise.title
