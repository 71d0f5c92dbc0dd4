"""From the bytes of a file to its cells, each with its name in the set, or the file is refused.

A cell is known by its grade_id, else by the cell's own id, and a test also by what stands in it.
What is refused says why and what to do. Left out: what the cells' code says.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.notebook.cells import MOST_BYTES
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.canonical.text import clean, plain, shown

MOST_SOURCES = 5_000_000  # bytes of code in all its cells
MOST_VALUES = 4_000_000  # of its JSON: each may take 100 bytes of memory
MOST_CELLS = 5_000

_ITSELF = "Hand in the .ipynb file itself (in Colab: File, Download, Download .ipynb)."
_SMALLER = "Clear the outputs of the notebook, save it, and hand it in again."
_AGAIN = "Open it in JupyterLab or Colab, save it, and hand in what was saved."


class Unreadable(UserError):
    """What was handed in can't be graded, which is not the same as no points."""


@dataclass(frozen=True)
class Cell:
    """A cell of the file, of whatever kind."""

    number: int  # its place in the file, from 1
    is_code: bool
    source: str
    name: str | None  # which solution or test of the set it is
    is_given: bool  # a test or a part of the set-up, which come from the bundle
    marks: Mapping[str, Any]  # nbgrader's

    @property
    def is_the_learners(self) -> bool:
        """Whether it can hold code that counts."""
        return self.is_code and not self.is_given


def cells_of(submission: bytes, bundle: Bundle, most: int) -> list[Cell]:
    """The cells in the order of the file.

    Raises `Unreadable` for what is no notebook, holds more than `most` bytes of code, or belongs to
    another set.
    """
    notebook = notebook_of(submission)
    cells = list(_cells(notebook["cells"], bundle, most))
    _refuse_another_set(notebook, cells, bundle)
    return cells


def notebook_of(submission: bytes) -> dict[str, Any]:
    """The file as JSON with a list of cells, of whatever set. Raises `Unreadable`."""
    notebook = _json(submission)
    if not isinstance(notebook, dict):
        raise Unreadable("The file is no notebook: it has no cells.", todo=_ITSELF)
    version = notebook.get("nbformat")
    if "worksheets" in notebook or (isinstance(version, int) and version < 4):
        raise Unreadable("The notebook has a format older than 4.", todo=_AGAIN)
    if not isinstance(notebook.get("cells"), list):
        raise Unreadable("The file is no notebook: it has no list of cells.", todo=_ITSELF)
    if len(notebook["cells"]) > MOST_CELLS:
        raise Unreadable(
            f"The notebook has more than {MOST_CELLS} cells.",
            todo=f"Hand in your copy of the set with at most {MOST_CELLS}.",
        )
    return notebook


def _json(submission: bytes) -> Any:
    if len(submission) > MOST_BYTES:
        raise Unreadable(f"The file is larger than {MOST_BYTES // 10**6} MB.", todo=_SMALLER)
    if not submission.strip(b"\0 \r\n\t"):
        raise Unreadable("The file is empty.", todo=_ITSELF)
    if submission.startswith(b"PK\x03\x04"):
        raise Unreadable("The file is a zip archive, not a notebook.", todo=_ITSELF)
    if sum(map(submission.count, (b"[", b"{", b","))) > MOST_VALUES:
        raise Unreadable("The file holds too many values.", todo=_SMALLER)
    try:
        encoding = json.detect_encoding(submission)
        text = submission.decode(encoding, "surrogatepass").rstrip("\0").removeprefix("\ufeff")
        if re.match(r"\s*<", text):
            raise Unreadable("The file is a web page, not a notebook.", todo=_ITSELF)
        return json.loads(text, object_pairs_hook=_table)
    except Unreadable:  # a ValueError too
        raise
    except UnicodeDecodeError:
        raise Unreadable("The file is no notebook: its text is not UTF-8.", todo=_ITSELF) from None
    except (RecursionError, MemoryError):
        raise Unreadable("The file is no notebook: it is nested too deep.", todo=_ITSELF) from None
    except ValueError as error:
        wrong = f"The file is no notebook: it holds no JSON ({shown(str(error))})."
        raise Unreadable(wrong, todo=_ITSELF) from None


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):  # one reader takes the first, another the last
        raise Unreadable("The file is no notebook: a key stands twice in one table.", todo=_AGAIN)
    return table


def _cells(listed: Sequence[Any], bundle: Bundle, most: int) -> Iterator[Cell]:
    set_up = {plain(source) for source in bundle.setup}
    tests = _by_source(bundle)
    code = 0
    for number, given in enumerate(listed, start=1):
        cell = _dict(given)
        kind, source = cell.get("cell_type"), cell.get("source", "")
        if isinstance(source, list) and all(isinstance(line, str) for line in source):
            source = "".join(source)
        if not isinstance(kind, str) or not isinstance(source, str):
            raise Unreadable(
                f"Cell {number} of the file is not a notebook's cell.",
                todo="Delete it in JupyterLab or Colab, save, and hand in what was saved.",
            )
        code += len(source.encode("utf-8", "surrogatepass")) if kind == "code" else 0
        if code > most:
            raise Unreadable(
                f"The notebook holds more than {most / 1e6:g} MB of code.",
                todo="Take large data out of its code cells, save it, and hand it in again.",
            )
        metadata = _dict(cell.get("metadata"))
        marks = _dict(metadata.get("nbgrader"))
        names = (marks.get("grade_id"), cell.get("id"), metadata.get("id"))  # the last is Colab's
        known = [name for name in names if isinstance(name, str) and name in bundle.released]
        text = plain(source) if kind == "code" and not known else None
        name = known[0] if known else tests.get(text)
        is_given = name in bundle.tests or text in set_up
        yield Cell(number, kind == "code", clean(source), name, is_given, marks)


def _by_source(bundle: Bundle) -> dict[str | None, str]:
    """The tests by what a learner finds in them; a text that two of them share tells nothing."""
    texts = {name: plain(bundle.released[name]) for name in bundle.tests}
    every = list(texts.values())
    return {text: name for name, text in texts.items() if text and every.count(text) == 1}


def _refuse_another_set(notebook: dict[str, Any], cells: Sequence[Cell], bundle: Bundle) -> None:
    """Raise `Unreadable` where more cells belong to another set than to this one.

    One or two foreign cells are no reason: a learner may have pasted them.
    """
    step = _dict(_dict(notebook.get("metadata")).get("llmcourse")).get("step")
    another = isinstance(step, str) and step != bundle.step
    own = sum(cell.name is not None for cell in cells)
    foreign = [
        cell.marks["grade_id"]
        for cell in cells
        if cell.name is None
        and isinstance(cell.marks.get("grade_id"), str)
        and (cell.marks.get("grade") is True or cell.marks.get("solution") is True)
    ]
    if len(foreign) > own or (another and len(foreign) >= own):
        by_cells = f"one with the cells {', '.join(foreign[:3])}"
        seems = step if another else _heading(cells) or by_cells
        raise Unreadable(
            f"This is no notebook of the set {bundle.step}: it seems to be {shown(seems)}.",
            todo=f"Hand in your copy of {bundle.notebook}.",
        )


def _heading(cells: Sequence[Cell]) -> str:
    found = (re.match(r"#[ \t]+(\S[^\n]*)", cell.source) for cell in cells if not cell.is_code)
    return next((f'"{heading[1].strip()}"' for heading in found if heading), "")


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
