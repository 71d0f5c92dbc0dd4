"""Who takes the course: one list of students, read from whatever an instructor can download.

Three kinds of file are told by their header: Canvas' gradebook export, Moodle's grading worksheet,
and a plain table with the columns student, name, email, canvas, moodle and github, of which only
the first must be there. A student is called what the plain table says; with a file of Canvas
`lovelaceada-12345`, as in a download of its submissions. Moodle numbers its participants anew for
each assignment, so there the email address is the name, where the file has one that is nobody
else's. The plain form is also written: a course keeps its roster as gradebook/roster.csv. Left out:
grades in these files.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.folders import locked
from llmcourse.grading.formulas import meant, safe

IDS = ("canvas", "moodle", "github")
"""Who can have given a student an id."""

LARGEST = 20_000_000  # bytes
LONGEST_NAME = 200  # bytes of a folder's name; file systems allow 255

_KINDS = "Give Canvas' gradebook export, Moodle's grading worksheet, or a CSV file with a column "
_KINDS += "student (and name, email, canvas, moodle, github)."


@dataclass(frozen=True)
class Member:
    """One student."""

    student: str  # the name of the folder in gradebook/submitted
    name: str = ""
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)  # for example {"canvas": "12345"}


@dataclass(frozen=True)
class Roster:
    """All students, in the order of the file."""

    members: tuple[Member, ...]
    passing: frozenset[str] = frozenset()  # kinds of ids that hold for one assignment alone

    @classmethod
    def read(cls, path: Path) -> "Roster":
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
        return cls(tuple(one for _, one in found), passing)

    def kept(self) -> "Roster":
        """The roster as a course keeps it, for all of its sets."""
        return Roster(
            tuple(
                replace(one, ids={k: id for k, id in one.ids.items() if k not in self.passing})
                for one in self.members
            )
        )

    def write(self, path: Path) -> None:
        """Write the plain form, without ids that pass. Raises `UserError` where it can't be."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["student", "name", "email", *IDS])
        for one in self.kept().members:
            cells = [one.student, one.name, one.email, *(one.ids.get(kind, "") for kind in IDS)]
            writer.writerow([safe(cell) for cell in cells])
        with locked(path.parent):
            for left in path.parent.glob(f".{path.name}.*.tmp"):  # by a command that was killed
                left.unlink(missing_ok=True)
            with replacing(path) as temporary:
                temporary.write_text(out.getvalue(), encoding="utf-8")

    def by(self, kind: str, id: str) -> Member | None:
        """Whom Canvas, Moodle or GitHub calls `id`."""
        return next((one for one in self.members if id and one.ids.get(kind) == id), None)

    def student(self, name: str) -> Member | None:
        """The member with this folder."""
        name = unicodedata.normalize("NFC", name)
        return next((one for one in self.members if one.student == name), None)

    def called(self, name: str) -> tuple[Member, ...]:
        """Everybody whom a name can mean: by folder, else by id or address, else by name.

        The first of these that fits anybody decides. Two members in the answer: nobody can tell.

        >>> ada = Member("ada", "Ada Lovelace", "ada@example.org", {"github": "countess"})
        >>> Roster((ada,)).called("Lovelace, Ada") == Roster((ada,)).called("COUNTESS") == (ada,)
        True
        """
        ways = [
            lambda one: one.student == unicodedata.normalize("NFC", name),
            lambda one: _same(name, one.student, one.email, *one.ids.values()),
            lambda one: _same(name, one.email.partition("@")[0]),
            lambda one: bool(one.name) and words(name) in turned(words(one.name)),
        ]
        for fits in ways:
            if found := tuple(one for one in self.members if fits(one)):
                return found
        return ()


Rows = Sequence[tuple[int, list[str]]]  # each with its line
Reader = Callable[[Mapping[str, str]], Member | None]  # from a row's cells by their columns


def words(name: str) -> tuple[str, ...]:
    """The words of a name, however it is written.

    >>> words("Lovelace,  ADA")
    ('lovelace', 'ada')
    """
    return tuple(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name).casefold()))


def turned(name: Sequence[str]) -> list[tuple[str, ...]]:
    """The same words with another one first: whether a family name comes first is unknown.

    >>> turned(("ada", "king", "lovelace"))[2]
    ('lovelace', 'ada', 'king')
    """
    return [(*name[at:], *name[:at]) for at in range(len(name))]


def unusable(name: str) -> str:
    """Why a name can't be that of a student's folder; empty where it can."""
    if not name or name != name.strip():
        return "it is empty, or has a space at its beginning or end"
    if name.startswith(".") or name == "__MACOSX":
        return "a folder of that name is never a student's"
    if not all(char.isprintable() for char in name) or set(name) & set("/\\"):
        return "it holds a slash or a character that can't be printed"
    if len(name.encode()) > LONGEST_NAME:
        return f"it is longer than {LONGEST_NAME} bytes"
    return ""


def canvas_name(sortable: str) -> str:
    """A person's name as Canvas writes it into the names of files.

    >>> canvas_name("Lovelace, Ada")
    'lovelaceada'
    """
    kept = (char for char in sortable.lower() if char == "_" or unicodedata.category(char)[0] in _W)
    return "".join(kept)


_NO_NAME = ("status", "statut", "estado", "stato", "estat")  # where the assignment is marked blind
_W = "LNM"  # letters, numbers, and the marks that belong to them


def _same(name: str, *others: str) -> bool:
    wanted = unicodedata.normalize("NFC", name).casefold()
    return any(wanted == other.casefold() for other in others if other)


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
