"""A problem set's notebook as it lies on a disk: read and looked through, or refused.

Here stands what a check and a progress table need to know of a notebook before anything runs: which
cells are code, which of them are tests, to which task each belongs. It needs only `json` for that;
the tools that run a notebook come later (see `check`). What nbgrader knows of a cell lies in the
cell's metadata, so the same code reads a release, a learner's copy and what Colab saved. What the
release was lies in the notebook's metadata, so a test that was changed since is seen as such, by a
learner who has nothing but this file too.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.terminal import plain

MARK = "llmcourse"
"""The key of the notebook's metadata that holds what a release says of itself."""

HEADING = re.compile(r"^###\s+(Task\b.*?)\s*#*\s*$", re.M)
"""A task begins at `### Task 4 · Top-p (nucleus) sampling`."""

MOST_NAMED = 12
"""Files of a folder that a message names."""


@dataclass(frozen=True)
class Cell:
    """One code cell, its place, and what nbgrader's metadata says of it."""

    index: int  # among all cells of the notebook, from 0
    source: str
    task: str | None  # the heading above it; None before the first task
    grade_id: str | None
    points: float  # 0 unless it is a test
    is_test: bool
    is_solution: bool = False  # the learner's own
    is_setup: bool = False  # locked, and worth nothing: what the tests need is defined here

    @property
    def number(self) -> int:
        """Its place among all cells, from 1, as a person counts."""
        return self.index + 1

    @property
    def is_hidden(self) -> bool:
        """Whether it is a test whose lines were taken out of the release: nothing would run."""
        lines = (line.strip() for line in self.source.splitlines())
        return self.is_test and all(not line or line.startswith("#") for line in lines)

    @property
    def name(self) -> str:
        """How a message names it.

        >>> Cell(6, "x = 1", None, "top-p", 0, False).name
        'cell 7 (top-p)'
        """
        return f"cell {self.number}" + (f" ({self.grade_id})" if self.grade_id else "")


@dataclass(frozen=True)
class ReleasedTest:
    """A test as it was handed out."""

    grade_id: str
    points: int
    hidden: bool
    sha256: str  # see `fingerprint`


@dataclass(frozen=True)
class ReleasedTask:
    """A task as it was handed out."""

    id: str
    title: str  # its heading
    tests: tuple[ReleasedTest, ...]
    solution: str = ""  # the grade_id of the learner's cell
    forbidden: tuple[str, ...] = ()  # calls that would skip the task
    names: tuple[str, ...] = ()  # what the learner's cell must define


@dataclass(frozen=True)
class ReleasedSetup:
    """A locked cell that is no test, as it was handed out, and the names that it defines."""

    grade_id: str
    names: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class Original:
    """What the release says of itself, in the metadata of every copy."""

    step: str
    tasks: tuple[ReleasedTask, ...]
    setup: tuple[ReleasedSetup, ...]
    imports: tuple[str, ...]  # what a solution may import, besides the standard library


@dataclass(frozen=True)
class Exercise:
    """One task as it stands in a file."""

    title: str
    id: str | None
    points: float  # of its visible tests
    hidden: float  # of the tests that only the grader has
    tests: tuple[Cell, ...]
    changed: bool  # whether a test is not that of the release, or is gone; False if nobody knows
    original: ReleasedTask | None = None


@dataclass(frozen=True)
class Notebook:
    """The code cells of one file, in order."""

    path: Path
    cells: tuple[Cell, ...]
    sha256: str  # of the file
    original: Original | None = None  # None: no release wrote it, or a program lost what it said

    @property
    def tests(self) -> tuple[Cell, ...]:
        """The cells that decide points."""
        return tuple(cell for cell in self.cells if cell.is_test)

    def tasks(self) -> dict[str, tuple[Cell, ...]]:
        """The tests of each task that has visible ones, tasks in the order of the notebook.

        A test that stands under no task's heading counts as a task of its own.
        """
        tasks: dict[str, tuple[Cell, ...]] = {}
        for cell in self.tests:
            title = cell.task or cell.name
            tasks[title] = (*tasks.get(title, ()), cell)
        return {
            title: tests for title, tests in tasks.items() if not all(c.is_hidden for c in tests)
        }

    def exercises(self) -> tuple[Exercise, ...]:
        """The tasks: those of the release, where it is known, else what the file shows."""
        if self.original is not None:
            return tuple(self._as_released(task) for task in self.original.tasks)
        ids = {cell.task: cell.grade_id for cell in reversed(self.cells) if cell.is_solution}
        return tuple(
            Exercise(
                title,
                ids.get(tests[0].task) if tests[0].task else None,
                sum((cell.points for cell in tests if not cell.is_hidden), 0.0),
                sum((cell.points for cell in tests if cell.is_hidden), 0.0),
                tests,
                changed=False,
            )
            for title, tests in self.tasks().items()
        )

    def _as_released(self, task: ReleasedTask) -> Exercise:
        wanted = {test.grade_id: {test.sha256} for test in task.tests}
        tests = tuple(cell for cell in self.tests if cell.grade_id in wanted)
        found: dict[str | None, set[str]] = {}
        for cell in tests:  # a copy that differs is a change, whichever of the two is the original
            found.setdefault(cell.grade_id, set()).add(fingerprint(cell.source))
        return Exercise(
            task.title,
            task.id,
            sum((test.points for test in task.tests if not test.hidden), 0.0),
            sum((test.points for test in task.tests if test.hidden), 0.0),
            tests,
            changed=found != wanted,
            original=task,
        )


def fingerprint(source: str) -> str:
    """A hash of a cell that outlives other line ends and spaces at the ends of lines.

    >>> fingerprint("x = 1\\r\\ny = 2 \\r\\n") == fingerprint("x = 1\\ny = 2")
    True
    """
    lines = (line.rstrip() for line in source.splitlines())
    return hashlib.sha256("\n".join(lines).strip("\n").encode()).hexdigest()


def notebook_at(path: Path) -> Path:
    """The notebook that somebody names: the file itself, or the one notebook in that folder.

    Raises `UserError` for a folder that holds none, or several; those are named.
    """
    if not path.is_dir():
        return path
    found = sorted(inside for inside in path.glob("*.ipynb") if inside.is_file())
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(
            f"{path} is a folder of {len(found)} notebooks: {_listed([p.name for p in found])}.",
            todo="Give the one that you mean.",
        )
    deeper = sorted(path.glob("*/*.ipynb"))
    if deeper:
        raise UserError(
            f"{path} is a folder whose notebooks lie in folders of their own.",
            todo=f"Give one of them: {_listed(list(map(str, deeper)))}",
        )
    raise UserError(
        f"{path} is a folder, and holds no notebook.", todo="Give the path of one .ipynb file."
    )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(plain, names[:MOST_NAMED])) + more


def read(path: Path) -> Notebook:
    """Read the notebook at `path`.

    Raises `UserError`, naming the file (and the cell), for what is no notebook, or one without
    tests.
    """
    raw = _bytes(path)
    again = "Fetch the file again from the course (or from where you saved it)."
    if not raw.strip():
        raise UserError(f"{path} is empty.", todo=again)
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise UserError(
            f"{path} is not a notebook: it holds no JSON ({error}).", todo=again
        ) from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise UserError(
            f"{path} is not a notebook: it has no list of cells.",
            todo="Give an .ipynb file of format 4; open and save an older one in JupyterLab first.",
        )
    notebook = Notebook(
        path,
        tuple(code_cells(path, content["cells"])),
        hashlib.sha256(raw).hexdigest(),
        _original(content),
    )
    if not notebook.tasks():
        raise UserError(
            f"{path} has no tests: it is not a problem set of the course, or they were deleted or "
            "emptied.",
            todo="Give a notebook from exercises/; your solutions can be copied into a fresh one.",
        )
    return notebook


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(
            f"There is no file {path}.",
            todo="Give the path of a notebook, for example exercises/3-decoding/3-decoding.ipynb.",
        ) from None
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.", todo="Give the path of one .ipynb file."
        ) from None


def code_cells(path: Path, cells: list[Any]) -> Iterator[Cell]:
    """The code cells among `cells`, which are those of the notebook at `path`.

    Raises `UserError`, naming file and cell, for what is no cell.
    """
    task = None
    for index, cell in enumerate(cells):
        try:
            kind, source = cell["cell_type"], "".join(cell["source"])
            marks = cell.get("metadata", {}).get("nbgrader", {})
            is_solution = bool(marks.get("solution"))
            is_test = bool(marks.get("grade")) and kind == "code" and not is_solution
            is_setup = bool(marks.get("locked")) and not is_test and not is_solution
            points = float(marks.get("points", 0)) if is_test else 0.0
        except (TypeError, KeyError, AttributeError, ValueError):
            raise UserError(
                f"{path}, cell {index + 1}: this is not a notebook's cell.",
                todo="Open the notebook in JupyterLab, delete the cell and save.",
            ) from None
        if kind == "markdown" and (headings := HEADING.findall(source)):
            task = headings[-1]
        elif kind == "code":
            grade_id = marks.get("grade_id")
            yield Cell(index, source, task, grade_id, points, is_test, is_solution, is_setup)


def _original(content: dict[str, Any]) -> Original | None:
    try:
        mark = content["metadata"][MARK]
        tasks = [
            ReleasedTask(
                str(task["id"]),
                str(task["title"]),
                tuple(
                    ReleasedTest(
                        str(test["grade_id"]),
                        int(test["points"]),
                        bool(test["hidden"]),
                        str(test["sha256"]),
                    )
                    for test in task["tests"]
                ),
                str(task["solution"]),
                tuple(map(str, task["forbidden"])),
                tuple(map(str, task.get("names", ()))),  # older releases don't say them
            )
            for task in mark["tasks"]
        ]
        setup = [
            ReleasedSetup(
                str(cell["grade_id"]), tuple(map(str, cell["names"])), str(cell["sha256"])
            )
            for cell in mark["setup"]
        ]
        imports = tuple(map(str, mark["imports"]))
        return Original(str(mark["step"]), tuple(tasks), tuple(setup), imports)
    except (KeyError, TypeError, ValueError):
        return None
