"""The contract of a problem set: `solutions/<step>/tasks.toml`, read once and held to its word.

The notebook's headings, the page's list of tasks, the grader and the learner's own package all rest
on it, so a field that is missing, misspelt or of the wrong kind is refused with file, task and name
of the field, and a notebook that says something else is refused with the cell. Left out: what the
tests say; they stand in the notebook.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError

FILE = "tasks.toml"


@dataclass(frozen=True)
class Misconception:
    """A mistake that the field knows, and a part of what a learner who makes it reads."""

    name: str
    message: str


@dataclass(frozen=True)
class Place:
    """Where a solution lives in the learner's own package."""

    module: str
    name: str


@dataclass(frozen=True)
class Cells:
    """The grade_ids of a task's three cells; the hidden one is released empty."""

    solution: str
    visible: str
    hidden: str


@dataclass(frozen=True)
class Task:
    """One task: what it asks, what it is worth and what its cells are called."""

    number: int
    id: str
    title: str
    points: int  # visible + hidden
    visible: int
    hidden: int
    minutes: int
    difficulty: int  # 1 to 3
    cells: Cells
    signature: tuple[str, ...]
    forbidden: tuple[str, ...]
    page: str
    mygpt: tuple[Place, ...]
    misconceptions: tuple[Misconception, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What the learner's cell must define: `Utf8Stream.push(data)` asks for `Utf8Stream`.

        In the form in which Python compares names, however their accents are written.
        """
        given = (re.match(r"\s*(\w+)", unicodedata.normalize("NFKC", s)) for s in self.signature)
        return tuple(dict.fromkeys(name[1] for name in given if name))


@dataclass(frozen=True)
class ProblemSet:
    """All tasks of one step, and the files that they are written in."""

    folder: Path
    step: str
    title: str
    text: str
    notebook: str
    data: tuple[str, ...]
    imports: tuple[str, ...]
    tasks: tuple[Task, ...]

    @property
    def points(self) -> int:
        """What the whole set is worth."""
        return sum(task.points for task in self.tasks)

    @property
    def source(self) -> Path:
        """The notebook with solutions and hidden tests."""
        return self.folder / self.notebook


def problem_sets(root: Path) -> list[Path]:
    """The folders of all problem sets below `root`, in the order of the course."""
    return sorted(path.parent for path in (root / "solutions").glob(f"*/{FILE}"))


def read_set(folder: Path) -> ProblemSet:
    """Read the contract in `folder`.

    Raises `UserError` naming file, task and field for the first thing that is not as it must be.
    """
    path = folder / FILE
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.",
            todo="A problem set needs one; solutions/3-decoding/tasks.toml is an example.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no TOML: {error}.", todo="Mend that line.") from None
    fields = _Fields(table, str(path))
    tasks = tuple(
        _task(given, f"{path}, task {number}")
        for number, given in enumerate(fields.tables("task"), start=1)
    )
    found = ProblemSet(
        folder=folder,
        step=fields.text("step"),
        title=fields.text("title"),
        text=fields.text("text"),
        notebook=fields.text("notebook"),
        data=fields.texts("data"),
        imports=fields.texts("imports"),
        tasks=tasks,
    )
    fields.end()
    _refuse_repetition(path, tasks)
    if found.step != folder.name:
        raise UserError(
            f"{path}: step is {found.step!r}, but the folder's name is {folder.name!r}.",
            todo="Give both the same name.",
        )
    return found


def _task(given: Mapping[str, Any], where: str) -> Task:
    if isinstance(given.get("id"), str):
        where += f" ({given['id']})"
    fields = _Fields(given, where)
    cells = _Fields(fields.table("cells"), f"{where}, cells")
    task = Task(
        number=fields.count("number"),
        id=fields.text("id"),
        title=fields.text("title"),
        points=fields.count("points"),
        visible=fields.count("visible"),
        hidden=fields.count("hidden"),
        minutes=fields.count("minutes"),
        difficulty=fields.count("difficulty"),
        cells=Cells(cells.text("solution"), cells.text("visible"), cells.text("hidden")),
        signature=fields.texts("signature"),
        forbidden=fields.texts("forbidden"),
        page=fields.text("page"),
        mygpt=tuple(
            _pair(Place, place, f"{where}, mygpt", "module", "name")
            for place in fields.tables("mygpt")
        ),
        misconceptions=tuple(
            _pair(Misconception, mistake, f"{where}, misconceptions", "name", "message")
            for mistake in fields.tables("misconceptions")
        ),
    )
    cells.end()
    fields.end()
    if task.points != task.visible + task.hidden:
        raise UserError(
            f"{where}: points is {task.points}, but visible + hidden is "
            f"{task.visible + task.hidden}.",
            todo="Make the three agree.",
        )
    if task.difficulty not in (1, 2, 3):
        raise UserError(
            f"{where}: difficulty is {task.difficulty}.", todo="Give 1 (●○○), 2 (●●○) or 3 (●●●)."
        )
    return task


def _pair(kind: Any, given: Mapping[str, Any], where: str, first: str, second: str) -> Any:
    fields = _Fields(given, where)
    pair = kind(fields.text(first), fields.text(second))
    fields.end()
    return pair


def _refuse_repetition(path: Path, tasks: Sequence[Task]) -> None:
    seen: set[str] = set()
    for number, task in enumerate(tasks, start=1):
        if task.number != number:
            raise UserError(
                f"{path}, task {number} ({task.id}): its number is {task.number}.",
                todo="Number the tasks 1, 2, 3, … in the order of the file.",
            )
        for name in (task.cells.solution, task.cells.visible, task.cells.hidden):
            if name in seen:
                raise UserError(
                    f"{path}, task {number} ({task.id}): two cells are called {name!r}.",
                    todo="Give each cell a grade_id of its own.",
                )
            seen.add(name)


class _Fields:
    """One table of the file, from which each field is taken once, and of the right kind."""

    def __init__(self, given: Mapping[str, Any], where: str):
        self.given, self.where = dict(given), where

    def text(self, name: str) -> str:
        value = self._take(name, "a text")
        return value if isinstance(value, str) and value else self._refuse(name, value, "a text")

    def count(self, name: str) -> int:
        value = self._take(name, "a whole number")
        if type(value) is not int or value < 0:  # True is an int, and no count
            self._refuse(name, value, "a whole number")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._take(name, "a list of texts")
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._refuse(name, value, "a list of texts")
        return tuple(value)

    def table(self, name: str) -> dict[str, Any]:
        value = self._take(name, "a table")
        return value if isinstance(value, dict) else self._refuse(name, value, "a table")

    def tables(self, name: str) -> list[dict[str, Any]]:
        value = self._take(name, "a list of tables")
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._refuse(name, value, "a list of tables")
        return value

    def end(self) -> None:
        """Refuse what was not taken: most often a misspelt name."""
        for name in self.given:
            raise UserError(
                f"{self.where}: there is no field {name!r}.",
                todo="Delete it, or compare its spelling with "
                "llmcourse/grading/problem_sets/tasks.py.",
            )

    def _take(self, name: str, kind: str) -> Any:
        if name not in self.given:
            raise UserError(f"{self.where}: {name} is missing.", todo=f"Give {kind}.")
        return self.given.pop(name)

    def _refuse(self, name: str, value: Any, kind: str) -> Any:
        raise UserError(f"{self.where}: {name} is {value!r}.", todo=f"Give {kind}.")


def refuse_disagreement(contract: ProblemSet, cells: Sequence[Mapping[str, Any]]) -> None:
    """Raise `UserError` unless the notebook's `cells` are those of the contract.

    Held against each other: which cells there are, their kind, and the points of the tests.
    """
    where = contract.source
    found = {
        marks["grade_id"]: marks
        for cell in cells
        if (marks := cell["metadata"].get("nbgrader")) and (marks["grade"] or marks["solution"])
    }
    for task in contract.tasks:
        wanted = {
            task.cells.solution: {"solution": True, "grade": False},
            task.cells.visible: {"solution": False, "grade": True, "points": task.visible},
            task.cells.hidden: {"solution": False, "grade": True, "points": task.hidden},
        }
        for name, marks in wanted.items():
            if name not in found:
                raise UserError(
                    f"{where} has no cell {name!r}, which {FILE} names for task {task.number} "
                    f"({task.id}).",
                    todo=f"Add the cell to {contract.text}, or correct {FILE}.",
                )
            cell = found.pop(name)
            for mark, value in marks.items():
                if cell.get(mark) != value:
                    raise UserError(
                        f"{where}, cell {name!r}: {mark} is {cell.get(mark)}, but {FILE} "
                        f"says {value}.",
                        todo=f"Correct the one that is wrong, {contract.text} or {FILE}.",
                    )
    for name in found:
        raise UserError(
            f"{where}: cell {name!r} is of no task in {FILE}.",
            todo=f"Add it to a task in {FILE}, or take its marks away in {contract.text}.",
        )
