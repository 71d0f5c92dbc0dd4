"""A table as a platform wrote it: single cells are filled in, every other byte stays.

A platform reads its own file back and may take a changed quote, a lost byte-order mark or another
end of line for something else. So a cell knows where it stands in the text, and filling one in
replaces these characters alone. Left out: what the columns mean (`canvas`, `moodle`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from llmcourse.errors import UserError

MOST_BYTES = 50_000_000
SEPARATORS = (",", ";", "\t")
BOM = "\ufeff"


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and where in the text."""

    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """A table: its text and its rows; the first is the header."""

    path: Path
    text: str
    separator: str
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def header(self) -> list[str]:
        """The names of the columns, without spaces around them."""
        return [cell.value.strip() for cell in self.rows[0]]

    def value(self, row: int, column: int) -> str:
        """What stands there; nothing where the row is too short."""
        cells = self.rows[row]
        return cells[column].value.strip() if column < len(cells) else ""

    def filled(self, values: Mapping[tuple[int, int], str]) -> bytes:
        """The file with these cells, known by row and column, filled in."""
        changes = [self._change(row, column, value) for (row, column), value in values.items()]
        text, end = [], 0
        for start, stop, value in sorted(changes):
            text += [self.text[end:start], value]
            end = stop
        return "".join([*text, self.text[end:]]).encode()

    def _change(self, row: int, column: int, value: str) -> tuple[int, int, str]:
        cells = self.rows[row]
        quoted = _quoted(value, self.separator)
        if column < len(cells):
            cell = cells[column]
            return cell.start, cell.end, quoted
        missing = column - len(cells) + 1
        return cells[-1].end, cells[-1].end, self.separator * missing + quoted


def read_sheet(path: Path) -> Sheet:
    """The table in the file at `path`. Raises `UserError` for what is none."""
    again = "Download it from your learning platform again, and don't save it in another program."
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"{path} is larger than {MOST_BYTES // 10**6} MB.", todo=again)
        text = path.read_bytes().decode()
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.", todo="Give the file that you downloaded."
        ) from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is no text in UTF-8.", todo=again) from None
    if not text.removeprefix(BOM).strip():
        raise UserError(f"{path} is empty.", todo=again)
    if "\0" in text:
        raise UserError(f"{path} is no table of text.", todo=again)
    first = text.removeprefix(BOM).partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        return Sheet(path, text, separator, tuple(_rows(text, separator)))
    except ValueError as error:
        raise UserError(f"{path} is no table: {error}.", todo=again) from None


def _rows(text: str, separator: str) -> Sequence[tuple[Cell, ...]]:
    """The cells of each line that holds anything; a cell in quotes may go over several lines."""
    plain = re.compile(f"[^{separator}\r\n]*")
    rows: list[tuple[Cell, ...]] = []
    row: list[Cell] = []
    place = len(BOM) if text.startswith(BOM) else 0
    while True:
        if text.startswith('"', place):
            end = _closing(text, place) + 1
            value = text[place + 1 : end - 1].replace('""', '"')
        else:
            end = plain.match(text, place).end()  # type: ignore[union-attr]
            value = text[place:end]
        row.append(Cell(value, place, end))
        place = end + 1
        if text.startswith(separator, end):
            continue
        if any(cell.value for cell in row) or len(row) > 1:
            rows.append(tuple(row))
        row = []
        if text.startswith("\r\n", end):
            place = end + 2
        elif end < len(text) and text[end] not in "\r\n":
            raise ValueError(f"behind a closing quote stands {text[end : end + 20]!r}")
        if place >= len(text):
            return rows


def _closing(text: str, place: int) -> int:
    """Where the cell ends whose opening quote stands at `place`; two quotes are one of its own."""
    end = text.find('"', place + 1)
    while text.startswith('""', end):
        end = text.find('"', end + 2)
    if end < 0:
        raise ValueError(f"a quote is never closed, before {text[place + 1 : place + 21]!r}")
    return end


def _quoted(value: str, separator: str) -> str:
    """
    >>> _quoted("2,5", ","), _quoted("2,5", ";")
    ('"2,5"', '2,5')
    """
    if re.search(f'[{separator}"\r\n]', value) or value != value.strip():
        return '"' + value.replace('"', '""') + '"'
    return value
