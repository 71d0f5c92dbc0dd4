"""Moodle's grading worksheet with the grades filled in, and a short line for each learner.

Moodle offers it where "Offline grading worksheet" is on ("Download grading worksheet"), and takes
it back ("Upload grading worksheet"). A learner is known by the first column ("Participant
1234567"). Moodle passes over a grade that is empty or larger than the maximum. It wants three
columns by their names in its own language, so all of them stay as they are.

In a worksheet of another language the column of grades is named with --column. What a set is worth
stands in the column behind it.

Source: moodle/moodle, mod/assign/gradingtable.php and mod/assign/feedback/offline (2026).
"""

import re
from collections.abc import Sequence

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lms.matching import Filled, Matching
from llmcourse.grading.classroom.lms.numbers import read_number, scaled, written
from llmcourse.grading.classroom.lms.sheet import Sheet
from llmcourse.grading.classroom.standing import Standing
from llmcourse.grading.problem_sets.bundle import Bundle

GRADE, COMMENT, LOCKED = "Grade", "Feedback comments", "Grade can be changed"


def fill_moodle(
    sheet: Sheet, found: Sequence[Standing], bundle: Bundle, column: str | None = None
) -> Filled:
    """The worksheet with the points of everybody who has some; `column` is that of the grades.

    Raises `UserError` where it is no grading worksheet or doesn't say what the set is worth.
    """
    grade = _column(sheet, column)
    worth = _worth(sheet, grade + 1)
    comma = "," in sheet.value(1, grade + 1)
    header = sheet.header
    comment = header.index(COMMENT) if COMMENT in header else None
    locked = header.index(LOCKED) if LOCKED in header else None
    matching = Matching(found, "moodle")
    values: dict[tuple[int, int], str] = {}
    unknown, left = [], []
    students = 0
    for row in range(1, len(sheet.rows)):
        name, id = participant(sheet, row)
        one = matching.find(id, others_of(sheet, row), renumbered=True)
        before = sheet.value(row, grade)
        if one is None:
            unknown.append(name)
            continue
        if one.counts is None:
            if before:
                left.append(f"{one.student}: has no points here ({one.why}), and {before} there")
            continue
        number = scaled(one.counts, float(bundle.points), worth)
        if number > worth:
            left.append(f"{one.student}: {written(number)} is more than Moodle's {worth:g}")
        elif locked is not None and sheet.value(row, locked) == "No":
            left.append(f"{one.student}: the grade is locked in Moodle, {written(number)} here")
        else:
            students += 1
            values[row, grade] = written(number, comma=comma)
            if comment is not None and _is_ours(sheet.value(row, comment)):
                values[row, comment] = line(one, bundle)
    if not matching.taken:
        raise UserError(
            f"{sheet.path} names none of the students who are known here.",
            todo="See that it is the worksheet of this assignment, and give a roster with e-mail "
            "addresses or Moodle's numbers.",
        )
    return Filled(
        sheet.filled(values),
        students,
        worth,
        tuple(unknown),
        matching.missing(),
        tuple(left),
        (f"Filled in: the column {header[grade]!r}.",),
    )


def line(one: Standing, bundle: Bundle) -> str:
    """What a learner reads beside the grade.

    >>> line(Standing("ada", points=20.0, taken_off=3.0, late=Late(1, "time")), bundle)
    'llmcourse: 20 of 30 points, less 3 for 1 day late. Details are on the feedback page.'
    """
    points = f"{one.points or 0:g} of {bundle.points:g} points"
    less = f", less {one.taken_off:g} for {one.late.words}" if one.late and one.taken_off else ""
    return f"llmcourse: {points}{less}. Details are on the feedback page."


def _is_ours(comment: str) -> bool:
    """Whether a comment may be replaced: none, or one of ours. What a person wrote stays."""
    return not comment or comment.startswith("llmcourse: ")


def _column(sheet: Sheet, wanted: str | None) -> int:
    header = sheet.header
    numbered = [row for row in range(1, len(sheet.rows)) if participant(sheet, row)[1]]
    if len(numbered) < len(sheet.rows) - 1 or not numbered or len(header) < 4:
        shown = ", ".join(repr(name[:40]) for name in header[:6])
        raise UserError(
            f"{sheet.path} is no grading worksheet of Moodle: its columns are {shown}.",
            todo="In Moodle: the assignment, Submissions, Download grading worksheet. For another "
            "platform give --for.",
        )
    name = wanted or GRADE
    if header.count(name) != 1 or header.index(name) + 1 >= len(header):
        raise UserError(
            f"{sheet.path} has no column {name!r} with the maximum behind it. Its columns: "
            f"{', '.join(repr(column[:40]) for column in header)}.",
            todo='Name the column of the grades: --column "NAME".',
        )
    return header.index(name)


def _worth(sheet: Sheet, column: int) -> float:
    """What the set is worth in Moodle; the same in each row."""
    found = {sheet.value(row, column) for row in range(1, len(sheet.rows))}
    worth = read_number(found.pop()) if len(found) == 1 else None
    if not worth or worth < 0:
        raise UserError(
            f"{sheet.path} doesn't say what the assignment is worth: its column "
            f"{sheet.header[column]!r} holds no number.",
            todo="Let Moodle grade it by points, not by a scale, and download the worksheet again.",
        )
    return worth


def participant(sheet: Sheet, row: int) -> tuple[str, str]:
    """The learner's name, or what stands in its place, and number."""
    found = re.fullmatch(r"\D+?(\d+)", sheet.value(row, 0))
    name = sheet.value(row, 1) if len(sheet.header) > 1 else ""
    return name or sheet.value(row, 0), found[1] if found else ""


def others_of(sheet: Sheet, row: int) -> list[str]:
    """An address, then the name: what else tells who it is."""
    values = [sheet.value(row, place) for place in range(1, min(6, len(sheet.header)))]
    addresses = [value for value in values if re.fullmatch(r"[^\s@]+@[^\s@]+", value)]
    return [*addresses, sheet.value(row, 1)]
