"""A problem set's notebook as it lies on a disk: its tasks, or the reason why it is refused.

Here stands what a check and a progress table need to know of a notebook before anything runs. It
needs only `json` for that; the tools that run a notebook come later (`self_check.kernel`). Where
the file still has what the release said of itself (`original`), a test that was changed since is
seen as such; where a program has dropped that, the tasks are what the file shows.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.notebook.cells import Cell, code_cells
from llmcourse.grading.notebook.hashes import fingerprint
from llmcourse.grading.notebook.original import Original, ReleasedTask, original_of
from llmcourse.terminal import plain

MOST_NAMED = 12
"""Files of a folder that a message names."""


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
        original_of(content),
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
