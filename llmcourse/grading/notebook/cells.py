"""The code cells of a notebook: which of them are tests, and to which task does each belong?

It needs no tools for notebooks. What nbgrader knows of a cell lies in the cell's metadata, so the
same code reads a release, a learner's copy and what Colab saved. Left out: what the release says of
itself (`original`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError

MOST_BYTES = 50_000_000
"""A larger file is not taken when it is handed in; Colab keeps pictures in it."""

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
