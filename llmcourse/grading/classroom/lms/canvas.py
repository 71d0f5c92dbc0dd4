"""Canvas' gradebook: the export with one column filled in, or a small file of our own.

Canvas reads its own export back ("Import grades"). The first row holds the names of the columns, an
assignment as "3-decoding (12345)"; the row "Points Possible" says what each is worth and which
columns are read only; a row of "Manual Posting" may stand between. A learner is known by the column
ID. A cell in which "EX" (excused) or "N/A" (not assigned) stands is never written to, and neither
is one for which we have no points: what stands there stays. In a file of our own such a cell is
empty, and Canvas takes a score away where it reads an empty cell.

Source: instructure/canvas-lms, lib/gradebook_exporter.rb and lib/gradebook_importer.rb (2026).
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lms.matching import Filled, Matching
from llmcourse.grading.classroom.lms.numbers import read_number, scaled, written
from llmcourse.grading.classroom.lms.sheet import Sheet
from llmcourse.grading.classroom.lms.table import csv_bytes
from llmcourse.grading.classroom.standing import Standing, counted
from llmcourse.grading.problem_sets.bundle import Bundle

TOTALS = re.compile(
    r"(Current|Final) (Score|Points|Grade)( \(.*\))?$|Override (Score|Grade|Status)"
)
OF_STUDENTS = (
    *("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID"),
    *("Integration ID", "Root Account", "Section"),
)
TEST_STUDENT = "Student, Test"  # Canvas' own, by which instructors see a course as a learner does
KEPT = ("EX", "N/A")


def fill_canvas(
    sheet: Sheet, found: Sequence[Standing], bundle: Bundle, column: str | None = None
) -> Filled:
    """The export with the points of everybody who has some; `column` names the assignment.

    Raises `UserError` where it is no export of Canvas or has no such column.
    """
    _refuse_another_kind(sheet)
    place = _column(sheet, column, bundle)
    first = next((row for row in range(1, len(sheet.rows)) if _is_points(sheet, row)), None)
    worth = read_number(sheet.value(first, place)) if first is not None else None
    if not worth or worth < 0:
        raise UserError(
            f"{sheet.path} doesn't say what {sheet.header[place]!r} is worth (row "
            f'"Points Possible": {sheet.value(first, place) if first is not None else "missing"!r}'
            ").",
            todo="Give the assignment its points in Canvas, and export the gradebook again.",
        )
    matching = Matching(found, "canvas")
    values: dict[tuple[int, int], str] = {}
    unknown, left = [], []
    for row in range(1, len(sheet.rows)):
        if not _is_student(sheet, row):
            continue
        fields = _fields(sheet, row)
        logins = [fields.get("SIS Login ID", ""), fields.get("SIS User ID", "")]
        one = matching.find(fields["ID"], [*logins, fields["Student"]])
        before = sheet.value(row, place)
        if one is None:
            unknown.append(fields["Student"])
        elif one.counts is None:
            if read_number(before) is not None:
                left.append(f"{one.student}: has no points here ({one.why}), and {before} there")
        elif before.upper() in KEPT:
            left.append(f"{one.student}: {before} stands there, {one.counts:g} points here")
        else:
            values[row, place] = written(scaled(one.counts, float(bundle.points), worth))
    if not matching.taken:
        raise UserError(
            f"{sheet.path} names none of the students who are known here.",
            todo="See that it is the export of this course, and give a roster with Canvas' ids.",
        )
    return Filled(
        sheet.filled(values),
        len(values),
        worth,
        tuple(unknown),
        matching.missing(),
        tuple(left),
        (f"Filled in: the column {sheet.header[place]!r}.",),
    )


def new_canvas(found: Sequence[Standing], bundle: Bundle, column: str | None = None) -> Filled:
    """A file that Canvas imports, of those whose number in Canvas is known."""
    known = [one for one in found if _number(one)]
    if not known:
        raise UserError(
            "Of no student the number in Canvas is known.",
            todo="Export the gradebook in Canvas and give it with --sheet, or put a column canvas "
            "into gradebook/roster.csv.",
        )
    points = written(Decimal(bundle.points))
    rows = [
        ["Student", "ID", "Section", column or bundle.step],
        ["    Points Possible", "", "", points],
    ]
    for one in known:
        score = "" if one.counts is None else written(scaled(one.counts, 1.0, 1.0))
        rows.append([one.name or one.student, _number(one), "", score])
    empty = len(known) - len(counted(known))
    notes = [f"Canvas makes an assignment {rows[0][3]!r} if it has none of that name."]
    if empty:
        notes.append(
            f"{empty} of {len(known)} cells are empty, and Canvas takes a score away where it "
            "reads an empty cell. To keep what stands there, fill in an export: --sheet FILE."
        )
    without = tuple(one.student for one in counted(found) if not _number(one))
    return Filled(
        csv_bytes(rows),
        len(counted(known)),
        float(bundle.points),
        missing=without,
        notes=tuple(notes),
    )


def _number(one: Standing) -> str:
    """The learner's number in Canvas; where it marks blind its downloads have none."""
    id = one.ids.get("canvas", "")
    return id if id.isdecimal() else ""


def _refuse_another_kind(sheet: Sheet) -> None:
    header = sheet.header
    if "ID" not in header or not {"Student", "LastName"} & set(header) or "Section" not in header:
        shown = ", ".join(repr(name[:40]) for name in header[:6])
        raise UserError(
            f"{sheet.path} is no export of Canvas' gradebook: its columns are {shown}.",
            todo="In Canvas: Grades, Export, Export entire gradebook. For another platform give "
            "--for.",
        )


def _column(sheet: Sheet, wanted: str | None, bundle: Bundle) -> int:
    """The assignment's column: by its name, its number, or both as they stand there."""
    columns = {
        place: name
        for place, name in enumerate(sheet.header)
        if name and name not in OF_STUDENTS and not TOTALS.search(name)
    }
    names = [wanted] if wanted else [bundle.step, bundle.title, f"{bundle.step}: {bundle.title}"]
    asked = {_plain(name) for name in names}
    fits = [place for place, name in columns.items() if asked & _names(name)]
    if len(fits) == 1:
        return fits[0]
    there = ", ".join(repr(name[:60]) for name in columns.values()) or "none"
    raise UserError(
        f"{sheet.path} has {len(fits) or 'no'} column{'s' if len(fits) > 1 else ''} for "
        f"{wanted or bundle.step!r}. Its assignments: {there}.",
        todo='Name the one that you mean: --column "NAME".',
    )


def _names(header: str) -> set[str]:
    """
    >>> sorted(_names("Decoding (12345)"))
    ['12345', 'decoding', 'decoding (12345)']
    """
    split = re.fullmatch(r"(.+?)\s*\((\d+)\)", header)
    return {_plain(name) for name in (header, *(split.groups() if split else ()))}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _is_points(sheet: Sheet, row: int) -> bool:
    return sheet.value(row, 0) == "Points Possible"


def _is_student(sheet: Sheet, row: int) -> bool:
    """Whether the row is a learner's: not that of the points, of posting or of the test student."""
    fields = _fields(sheet, row)
    return fields["ID"] != "" and fields["Student"] != TEST_STUDENT and not _is_points(sheet, row)


def _fields(sheet: Sheet, row: int) -> dict[str, str]:
    fields = {name: sheet.value(row, place) for place, name in enumerate(sheet.header)}
    if "Student" not in fields:
        fields["Student"] = f"{fields['LastName']}, {fields.get('FirstName', '')}"
    return fields
