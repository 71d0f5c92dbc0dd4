"""A problem set's notebook as it lies on a disk: read and looked through, or refused.

Here stands what a check and a progress table need to know of a notebook before anything runs: which
cells are code, which of them are tests, to which task each belongs. It needs only `json` for that;
the tools that run a notebook come later (see `check`). What nbgrader knows of a cell lies in the
cell's metadata, so the same code reads a release, a learner's copy and what Colab saved.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError

HEADING = re.compile(r"^###\s+(Task\b.*?)\s*#*\s*$", re.M)
"""A task begins at `### Task 4 · Top-p (nucleus) sampling`."""


@dataclass(frozen=True)
class Cell:
    """One code cell, its place, and what nbgrader's metadata says of it."""

    index: int  # among all cells of the notebook, from 0
    source: str
    task: str | None  # the heading above it; None before the first task
    grade_id: str | None
    points: float  # 0 unless it is a test
    is_test: bool

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
class Notebook:
    """The code cells of one file, in order."""

    path: Path
    cells: tuple[Cell, ...]
    sha256: str  # of the file

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
        path, tuple(_code_cells(path, content["cells"])), hashlib.sha256(raw).hexdigest()
    )
    if not notebook.tasks():
        raise UserError(
            f"{path} has no tests: it is not a problem set of the course, or they were deleted.",
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


def _code_cells(path: Path, cells: list[Any]) -> Iterator[Cell]:
    task = None
    for index, cell in enumerate(cells):
        try:
            kind, source = cell["cell_type"], "".join(cell["source"])
            marks = cell.get("metadata", {}).get("nbgrader", {})
            is_test = bool(marks.get("grade")) and kind == "code" and not marks.get("solution")
            points = float(marks.get("points", 0)) if is_test else 0.0
        except (TypeError, KeyError, AttributeError, ValueError):
            raise UserError(
                f"{path}, cell {index + 1}: this is not a notebook's cell.",
                todo="Open the notebook in JupyterLab, delete the cell and save.",
            ) from None
        if kind == "markdown" and (headings := HEADING.findall(source)):
            task = headings[-1]
        elif kind == "code":
            yield Cell(index, source, task, marks.get("grade_id"), points, is_test)
