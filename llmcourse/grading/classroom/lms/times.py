"""When files were handed in, where another file says so: Moodle's worksheet, or one by a person.

Moodle writes the time of a learner's newest submission into its worksheet, in the words of its
language and without a zone. It is read in the forms of `read_local`; any other is unknown, and
named. A person's file has the columns student and time.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lateness import read_local
from llmcourse.grading.classroom.lms.matching import Matching
from llmcourse.grading.classroom.lms.moodle import others_of, participant
from llmcourse.grading.classroom.lms.sheet import Sheet
from llmcourse.grading.classroom.standing import Standing

COLUMN = "Last modified (submission)"
NO_TIME = ("", "-")
MOST_BYTES = 5_000_000
_FORM = "Give a CSV file with the columns student and time: ada,2026-11-28T15:42+01:00"


@dataclass(frozen=True)
class Times:
    """Times by student, and what could not be read or is of nobody."""

    known: dict[str, datetime] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def moodle_times(sheet: Sheet, found: Sequence[Standing], zone: tzinfo) -> Times:
    """The times in a worksheet; `zone` is that of the date by which it was due."""
    if sheet.header.count(COLUMN) != 1:
        said = f"The worksheet has no column {COLUMN!r}, so it tells no times."
        return Times(notes=(said,))
    column = sheet.header.index(COLUMN)
    matching = Matching(found, "moodle")
    known: dict[str, datetime] = {}
    unread = []
    for row in range(1, len(sheet.rows)):
        one = matching.find(participant(sheet, row)[1], others_of(sheet, row), renumbered=True)
        text = sheet.value(row, column)
        if one is None or text in NO_TIME:
            continue
        time = read_local(text, zone)
        if time is not None:
            known[one.student] = time
        elif one.attempt is not None:
            unread.append(f"{one.student}: {text[:60]!r} stands there")
    said = "The worksheet's times have no zone: they are read with the offset of --due."
    return Times(known, tuple(unread), (said,) if known else ())


def times_of(path: Path, found: Sequence[Standing], zone: tzinfo) -> Times:
    """The times that a person gave. Raises `UserError` for a file or a time that can't be read."""
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.", todo=_FORM) from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is no text in UTF-8.", todo=_FORM) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    students = {one.student for one in found}
    known: dict[str, datetime] = {}
    seen: set[str] = set()
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        if len(text) > MOST_BYTES or sorted(header) != ["student", "time"]:
            raise UserError(f"{path} is no list of times.", todo=_FORM)
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
            student, time = cells.get("student", ""), read_local(cells.get("time", ""), zone)
            if time is None or student in seen:
                what = "a second time" if student in seen else "no time"
                raise UserError(
                    f"{path}, line {reader.line_num}: {what} for {student[:60]!r}.", todo=_FORM
                )
            seen.add(student)
            if student in students:
                known[student] = time
    except csv.Error as error:
        raise UserError(f"{path}, line {reader.line_num}: {error}.", todo=_FORM) from None
    strangers = sorted(seen - students)
    return Times(known, tuple(f"{student}: nobody is called so here" for student in strangers))
