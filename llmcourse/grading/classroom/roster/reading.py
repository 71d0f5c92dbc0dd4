"""A file that an instructor can download -> the roster.

Three kinds of file are told by their header: Canvas' gradebook export, Moodle's grading worksheet,
and a plain table with the columns student, name, email, canvas, moodle and github, of which only
the first must be there.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.formulas import meant
from llmcourse.grading.classroom.roster.members import IDS, Member, Roster
from llmcourse.grading.classroom.roster.names import canvas_name, unusable

LARGEST = 20_000_000  # bytes

_KINDS = "Give Canvas' gradebook export, Moodle's grading worksheet, or a CSV file with a column "
_KINDS += "student (and name, email, canvas, moodle, github)."
_NO_NAME = ("status", "statut", "estado", "stato", "estat")  # where the assignment is marked blind

Rows = Sequence[tuple[int, list[str]]]  # each with its line
Reader = Callable[[Mapping[str, str]], Member | None]  # from a row's cells by their columns


def read_roster(path: Path) -> Roster:
    """The roster in the file at `path`.

    Raises `UserError` for what is none, and for two rows of one student, with both lines.
    """
    rows = _rows(path)
    header = [cell.strip() for cell in rows[0][1]] if rows else []
    member, is_worksheet = _reader(path, header, rows[1:])
    found = [(line, one) for line, row in rows[1:] if (one := member(_fields(header, row)))]
    if not found:
        raise UserError(f"{path} names no student.", todo=_KINDS)
    _refuse_unusable(path, found)
    _refuse_doubles(path, found)
    passing = frozenset({"moodle"} if is_worksheet else ())
    return Roster(tuple(one for _, one in found), passing)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with its line."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise UserError(f"There is no file {path}.", todo=_KINDS) from None
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.", todo=_KINDS) from None
    if len(content) > LARGEST:
        raise UserError(f"{path} is larger than {LARGEST // 10**6} MB.", todo=_KINDS)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(
            f"{path} is not UTF-8.", todo="Save it as CSV UTF-8, or download it again."
        ) from None
    if not text.strip():
        raise UserError(f"{path} is empty.", todo=_KINDS)
    first = text.lstrip().splitlines()[0]
    comma = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=comma, strict=True)
    rows = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise UserError(
            f"{path}, line {reader.line_num}, is no CSV: {error}.", todo=_KINDS
        ) from None
    return rows


def _fields(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    fields = zip(header, row, strict=False)
    return {name: unicodedata.normalize("NFC", cell.strip()) for name, cell in fields}


def _reader(path: Path, header: Sequence[str], rows: Rows) -> tuple[Reader, bool]:
    """How a row of this file becomes a member, by the columns' names; whether it is Moodle's."""
    lower = [name.lower() for name in header]
    if len(set(header) - {""}) < len([name for name in header if name]):
        double = next(name for name, count in Counter(header).items() if name and count > 1)
        raise UserError(f"{path} has two columns {double!r}.", todo="Take one of them out.")
    if "Student" in header and "ID" in header:
        return _of_canvas, False
    if "student" in lower:
        return _of_table, False
    numbered = [re.fullmatch(r"(\D+)\d+", row[0].strip()) for _, row in rows]
    if len(header) > 5 and len({found and found[1] for found in numbered} - {None}) == 1:
        return _of_moodle(header, rows), True
    shown = ", ".join(repr(name[:30]) for name in header[:6])
    raise UserError(f"{path} is no roster: its columns are {shown}.", todo=_KINDS)


def _of_canvas(fields: Mapping[str, str]) -> Member | None:
    name, id = fields["Student"], fields.get("ID", "")
    if not id.isdecimal() or name == "Student, Test":  # points possible; Canvas' own test student
        return None
    email = next((cell for cell in fields.values() if re.fullmatch(r"[^\s@]+@[^\s@]+", cell)), "")
    last, _, first = name.partition(", ")
    return Member(f"{canvas_name(name)}-{id}", f"{first} {last}".strip(), email, {"canvas": id})


def _of_moodle(header: Sequence[str], rows: Rows) -> Reader:
    """Moodle's columns have the names of its language: the first holds "Participant 1234567".

    A column of addresses is known by what stands in it, and the full name is the second one, unless
    the assignment is marked blind.
    """
    table = [_fields(header, row) for _, row in rows]
    emails = [
        name
        for name in header
        if name and any("@" in row.get(name, "") for row in table)
        if all(re.fullmatch(r"([^\s@]+@[^\s@]+)?", row.get(name, "")) for row in table)
    ]
    named = "" if header[1].lower() in _NO_NAME else header[1]
    addresses = Counter(row.get(emails[0], "").casefold() for row in table) if emails else Counter()

    def member(fields: Mapping[str, str]) -> Member | None:
        found = re.fullmatch(r"(\D+?)\s*(\d+)", fields[header[0]])
        if found is None:
            return None
        name = fields.get(named, "") or found[1]
        email = fields.get(emails[0], "") if emails else ""
        own = email if email and addresses[email.casefold()] == 1 else f"{name}-{found[2]}"
        return Member(own, name, email, {"moodle": found[2]})

    return member


def _of_table(fields: Mapping[str, str]) -> Member:
    row = {name.lower(): meant(cell) for name, cell in fields.items()}
    ids = {kind: row[kind] for kind in IDS if row.get(kind)}
    return Member(row["student"], row.get("name", ""), row.get("email", ""), ids)


def _refuse_unusable(path: Path, found: Sequence[tuple[int, Member]]) -> None:
    for line, one in found:
        if reason := unusable(one.student):
            raise UserError(
                f"{path}, line {line}: {one.student[:40]!r} can't be a student's folder: {reason}.",
                todo="Correct the name in the file.",
            )


def _refuse_doubles(path: Path, found: Sequence[tuple[int, Member]]) -> None:
    for what, key in _keys(found):
        lines = [line for line, one in found if key in dict(_own_keys(one)).values()]
        raise UserError(
            f"{path}, lines {lines[0]} and {lines[1]}: two rows of one {what}, {key[1]!r}.",
            todo="Take one of them out, or give each student an id of their own.",
        )


def _keys(found: Sequence[tuple[int, Member]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What two members share that should tell them apart."""
    seen: set[tuple[str, str]] = set()
    for _, one in found:
        for what, key in _own_keys(one):
            if key in seen:
                yield what, key
            seen.add(key)


def _own_keys(one: Member) -> Iterator[tuple[str, tuple[str, str]]]:
    yield "student", ("student", one.student.casefold())
    for kind, id in one.ids.items():
        yield f"{kind} id", (kind, id)
