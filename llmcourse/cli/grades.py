"""`llmcourse grades`: a class's points in the file that a platform imports, and a report."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcourse.cli.shared import Root, book_address, record, several
from llmcourse.errors import UserError
from llmcourse.grading.notebook.hashes import short
from llmcourse.terminal import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from llmcourse.grading.classroom.lateness import Policy
    from llmcourse.grading.classroom.lms.matching import Filled
    from llmcourse.grading.classroom.lms.sheet import Sheet
    from llmcourse.grading.classroom.lms.times import Times
    from llmcourse.grading.classroom.standing import Standing
    from llmcourse.grading.problem_sets.bundle import Bundle

EXAMPLE = "Example: llmcourse grades 3-decoding --for csv --report class.html"

MOST_NAMES = 20  # in a list on the terminal; a file holds all


class Kind(StrEnum):
    """Which file."""

    canvas = "canvas"
    moodle = "moodle"
    csv = "csv"


def grades(
    step: Annotated[str, typer.Argument(help="A problem set, as its folder in solutions/.")],
    kind: Annotated[Kind, typer.Option("--for", help="Whose file.")] = Kind.csv,
    sheet: Annotated[
        Path | None,
        typer.Option(help="Canvas' gradebook export or Moodle's grading worksheet, to fill in."),
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(help="The sheet's column to fill in.", show_default="by the set's name"),
    ] = None,
    due: Annotated[
        str | None, typer.Option(help="When it was due: 2026-11-22T23:59+01:00.")
    ] = None,
    grace: Annotated[int, typer.Option(min=0, max=525_600, help="Minutes that are forgiven.")] = 0,
    per_day: Annotated[
        float, typer.Option(min=0, max=100, help="Percent of the whole that a late day costs.")
    ] = 0.0,
    at_most: Annotated[
        int | None, typer.Option(min=0, help="Late days that cost.", show_default="all")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="The file to write.", show_default="gradebook/grades/STEP-FOR.csv"),
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(help="When they handed in, where you know it: a CSV file, student,time."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write a report on the class, as HTML.")
    ] = None,
    root: Root = Path(),
    json: Annotated[Path | None, typer.Option(help="Also write the grades as JSON.")] = None,
) -> None:
    """Write the points of a class as Canvas or Moodle imports them, or as a table.

    A sheet that you downloaded is filled in and written under a new name; a cell for which there
    are no points stays as it is. Not graded is empty, never 0. Scores that were changed in
    formgrader count. With --due late days are counted: by --times, else by the times of nbgrader's
    exchange and of git, else by Moodle's worksheet. No file is overwritten that was not written by
    this command.
    Exit status: 0 all fits, 1 names, cells or times did not (they are listed), 2 it can't be done.
    """
    from rich.console import Console

    from llmcourse.grading.classroom.grades import standings
    from llmcourse.grading.classroom.lms.sheet import read_sheet
    from llmcourse.grading.classroom.lms.written import write_own
    from llmcourse.grading.classroom.standing import counted, dated
    from llmcourse.grading.problem_sets.named import released

    policy = _policy(due, grace, per_day, at_most, times)
    _refuse_useless(kind, sheet, column)
    bundle = released(root, step)
    found = standings(root, bundle)
    table = read_sheet(sheet) if sheet else None
    told, by_person = _times(table if kind is Kind.moodle else None, times, found, policy)
    found = dated(found, bundle, policy, told=told.known, by_person=by_person.known)
    filled = _filled(kind, table, column, found, bundle)
    place = output or root / "gradebook" / "grades" / f"{step}-{kind.value}.csv"
    files = {place: filled.content}
    if report is not None:
        if report.resolve() == place.resolve():
            raise UserError("One file can't be both.", todo="Give --report another name.")
        files[report] = _report(found, bundle)
    write_own(root / "gradebook", files)
    console = Console(highlight=False, markup=False)
    console.print(_table(found, bundle, policy))
    _say(console, filled, bundle, kind)
    for note in told.notes:
        console.print(plain(note), soft_wrap=True)
    if any(one.late and one.late.told_by == "platform" for one in found):
        console.print(
            "Canvas says of a file whether it is late, by the due date that stands in Canvas, and "
            "not how much: where no time is known, that date was used and not --due.",
            soft_wrap=True,
        )
    unread = [*told.unread, *by_person.unread]
    _list(console, "A time that can't be used", unread)
    unknown = [one for one in counted(found) if one.late and one.late.days is None]
    _list(console, "When they handed in is unknown, so nothing was taken off", _names(unknown))
    odd = [f"{one.student}: {note}" for one in found for note in one.notes]
    _list(console, "To be looked at", odd)
    console.print(f"\nWritten: {', '.join(map(str, files))}", soft_wrap=True)
    record(json, _as_json(found, bundle, filled, list(map(str, files))) | {"times": unread})
    if filled.unknown or filled.missing or filled.left or unknown or unread or odd:
        raise typer.Exit(1)


def _policy(
    due: str | None, grace: int, per_day: float, at_most: int | None, times: Path | None
) -> "Policy | None":
    from llmcourse.grading.classroom.lateness import Policy, read_due

    if due is None:
        if grace or per_day or at_most is not None or times is not None:
            raise UserError(
                "Late days are counted from a date.", todo="Give it: --due 2026-11-22T23:59+01:00"
            )
        return None
    return Policy(read_due(due), timedelta(minutes=grace), per_day, at_most)


def _times(
    worksheet: "Sheet | None",
    times: Path | None,
    found: "Sequence[Standing]",
    policy: "Policy | None",
) -> "tuple[Times, Times]":
    """What Moodle's worksheet tells, and what a person's file does."""
    from llmcourse.grading.classroom.lms.times import Times, moodle_times, times_of

    zone = policy.due.tzinfo if policy else None
    if zone is None:
        return Times(), Times()
    told = moodle_times(worksheet, found, zone) if worksheet else Times()
    return told, times_of(times, found, zone) if times else Times()


def _refuse_useless(kind: Kind, sheet: Path | None, column: str | None) -> None:
    if kind is Kind.csv and (sheet is not None or column is not None):
        raise UserError(
            "A table of our own has no sheet to fill in.", todo="Say whose: --for canvas or moodle."
        )
    if kind is Kind.moodle and sheet is None:
        raise UserError(
            "For Moodle its grading worksheet is needed.",
            todo="Download it (the assignment, Submissions, Download grading worksheet) and give "
            "it: --sheet FILE",
        )


def _filled(
    kind: Kind,
    sheet: "Sheet | None",
    column: str | None,
    found: "Sequence[Standing]",
    bundle: "Bundle",
) -> "Filled":
    from llmcourse.grading.classroom.lms.canvas import fill_canvas, new_canvas
    from llmcourse.grading.classroom.lms.matching import Filled
    from llmcourse.grading.classroom.lms.moodle import fill_moodle
    from llmcourse.grading.classroom.lms.table import table
    from llmcourse.grading.classroom.standing import counted

    if kind is Kind.csv:
        return Filled(table(found, bundle), len(counted(found)), float(bundle.points))
    if sheet is None:
        return new_canvas(found, bundle, column)
    fill = fill_canvas if kind is Kind.canvas else fill_moodle
    return fill(sheet, found, bundle, column)


def _report(found: "Sequence[Standing]", bundle: "Bundle") -> bytes:
    from llmcourse.grading.classroom.report.page import report_page

    return report_page(found, bundle, base=book_address()).encode()


def _table(found: "Sequence[Standing]", bundle: "Bundle", policy: "Policy | None") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{bundle.step}: {bundle.title}", title_justify="left")
    table.add_column("student")
    table.add_column(f"points of {bundle.points}", justify="right")
    if policy is not None:
        table.add_column("late")
        table.add_column("counts", justify="right")
    table.add_column("no points, because")
    for one in found:
        points = "" if one.points is None else f"{one.points:g}"
        counts = "" if one.counts is None else f"{one.counts:g}"
        late = [one.late.words if one.late else "", counts] if policy is not None else []
        table.add_row(Text(plain(one.student)), points, *late, Text(plain(one.why)))
    return table


def _say(console: "Console", filled: "Filled", bundle: "Bundle", kind: Kind) -> None:
    console.print(f"{several(filled.students, 'score')} for {kind.value}.")
    if filled.worth != bundle.points:
        console.print(
            f"There the set is worth {filled.worth:g}, here {bundle.points}: each score is points "
            f"x {filled.worth:g} / {bundle.points}, rounded to two decimals."
        )
    for note in filled.notes:
        console.print(plain(note), soft_wrap=True)
    _list(console, "On the sheet, but not known here", filled.unknown)
    _list(console, "Have points, but are not on the sheet", filled.missing)
    _list(console, "Left as it stands on the sheet", filled.left)


def _names(found: "Sequence[Standing]") -> list[str]:
    return [one.student for one in found]


def _list(console: "Console", title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    console.print(f"\n{title}: {len(lines)}", style="bold")
    for line in lines[:MOST_NAMES]:
        console.print(f"  {plain(line)}", soft_wrap=True)
    if len(lines) > MOST_NAMES:
        console.print(f"  … and {len(lines) - MOST_NAMES} more (--json FILE has all of them)")


def _as_json(
    found: "Sequence[Standing]", bundle: "Bundle", filled: "Filled", files: list[str]
) -> dict[str, Any]:
    students = [
        {
            "student": one.student,
            "points": one.points,
            "late_days": one.late.days if one.late else None,
            "late": one.late.words if one.late else None,
            "taken_off": one.taken_off,
            "counts": one.counts,
            "file": short(one.attempt.sha256) if one.attempt else None,
            "why": one.why,
            "notes": list(one.notes),
        }
        for one in found
    ]
    return {
        "step": bundle.step,
        "max_score": bundle.points,
        "written": files,
        "scores": filled.students,
        "unknown": list(filled.unknown),
        "missing": list(filled.missing),
        "left": list(filled.left),
        "students": students,
    }
