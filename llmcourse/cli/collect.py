"""`llmcourse collect`: what a class handed in, from a learning platform's download to its place."""

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcourse.cli.shared import Root, record
from llmcourse.errors import UserError
from llmcourse.grading.notebook.hashes import short
from llmcourse.terminal import plain

if TYPE_CHECKING:
    from rich.table import Table

    from llmcourse.grading.classroom.collecting import Collected, Row
    from llmcourse.grading.classroom.roster import Roster

EXAMPLE = "Example: llmcourse collect submissions.zip 3-decoding --dry-run"

MANY = 50
"""From so many senders on a bar shows how far it is."""


def collect(
    source: Annotated[
        Path | None,
        typer.Argument(
            help="The download: a zip, a folder, or a list of repositories, "
            "a line 'student,address' for each.",
            show_default=False,
        ),
    ] = None,
    step: Annotated[
        str | None,
        typer.Argument(help="A problem set, as its folder in solutions/.", show_default=False),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            help="Canvas' gradebook export, Moodle's grading worksheet, or a CSV file with a "
            "column student.",
            show_default="gradebook/roster.csv, if it is there; one that is given is kept there",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="canvas, moodle, exchange, git or folder.",
            show_default="told from what is in it",
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be done, and place nothing.")
    ] = False,
    forget: Annotated[
        str | None,
        typer.Option(
            help="Move all files of a student who was made by mistake to gradebook/forgotten/.",
            show_default=False,
        ),
    ] = None,
    root: Root = Path(),
    json: Annotated[Path | None, typer.Option(help="Also write the rows to this file.")] = None,
) -> None:
    """Put what was handed in into gradebook/submitted, one folder a student.

    It says of each sender whose the file is, what it replaced, and why it was not placed. A file
    that is replaced is kept in gradebook/replaced/; the same file again changes nothing. One that
    the grader can't read is placed as it came, and named below the table.
    Exit status: 0 all placed, 1 some not, 2 the command can't be carried out.
    """
    if forget is not None:
        _forget(forget, root, given=[source, step])
        return
    if source is None or step is None:
        raise UserError(
            "A source and a problem set are needed.",
            todo="For example: llmcourse collect submissions.zip 3-decoding",
        )
    from rich.console import Console

    from llmcourse.grading.classroom.collecting import collect as collect_files

    members, kept = _rosters(roster, root)
    with _shown(step) as show:
        done = collect_files(
            source,
            step,
            root,
            roster=members,
            kind=_kind(kind),
            dry_run=dry_run,
            on_progress=show,
        )
    console = Console(highlight=False, markup=False)
    console.print(_table(done, dry_run))
    left = [row for row in done.rows if row.state == "not placed"]
    if left:
        console.print(f"\nNot placed: {len(left)}", style="bold")
        for row in left:
            file = f" File: {plain(row.file)}" if row.file else ""
            console.print(f"{plain(row.sender)}: {plain(row.problem)}{file}", soft_wrap=True)
    if broken := [row for row in done.rows if row.unreadable]:
        console.print(f"\nCan't be read, so will get no grade: {len(broken)}", style="bold")
        for row in broken:
            said = f"{plain(row.unreadable)} File: {plain(row.file)}"
            console.print(f"{plain(row.student)}: {said}", soft_wrap=True)
    if done.missing:
        console.print(f"\nOn the roster, and nothing placed: {len(done.missing)}", style="bold")
        console.print(", ".join(plain(one.student) for one in done.missing), soft_wrap=True)
    if done.ignored:
        shown = ", ".join(map(plain, done.ignored[:5])) + (" …" if done.ignored[5:] else "")
        console.print(f"\nNobody's, and no notebook: {len(done.ignored)} ({shown})", soft_wrap=True)
    if roster is not None and members is not None and not dry_run:
        typer.echo(_keep(members, kept, root / "gradebook"))
    record(json, _report(done, dry_run))
    if left:
        raise typer.Exit(1)


def _kind(given: str | None) -> Any:
    from llmcourse.grading.classroom.collecting.senders import SOURCES

    if given is not None and given not in SOURCES:
        raise UserError(
            f"--from {given} is not known.", todo=f"Choose one of these: {', '.join(SOURCES)}."
        )
    return given


def _rosters(path: Path | None, root: Path) -> "tuple[Roster | None, Roster | None]":
    """The one to go by, and the one that the course keeps."""
    from llmcourse.grading.classroom.roster import read_roster
    from llmcourse.grading.classroom.roster.kept import kept_roster

    kept = kept_roster(root / "gradebook")
    return read_roster(path) if path else kept, kept


def _keep(given: "Roster", kept: "Roster | None", gradebook: Path) -> str:
    """Keep the roster for the commands to come, where there is none yet; what to say of that."""
    from llmcourse.grading.classroom.roster.kept import FILE, write_roster

    path = gradebook / FILE
    if kept is None:
        write_roster(given, path)
        return f"\nThe roster is kept as {path}: feedback and grades go by it."
    if kept.kept().members == given.kept().members:
        return f"\nThe same roster is kept as {path}."
    return (
        f"\nThe roster that you gave was used for this command alone. {path} is another one and "
        "stays: feedback and grades go by it. To have the new one, move it away."
    )


def _forget(student: str, root: Path, given: list[Any]) -> None:
    from llmcourse.grading.classroom.collecting.forgetting import forget

    if any(one is not None for one in given):
        raise UserError(
            "--forget takes no source.", todo="Run it alone: llmcourse collect --forget NAME"
        )
    for path in forget(root / "gradebook", student):
        typer.echo(f"moved to {plain(str(path))}")
    typer.echo(
        "If grades of this student are in nbgrader's gradebook, take them out there too:\n"
        f"nbgrader db student remove {shlex.quote(plain(student))} --force"
    )


@contextmanager
def _shown(step: str) -> "Iterator[Callable[[int, int, Row], None]]":
    """A progress bar where there is much to do; it is gone when all is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(f"collecting {step}")

    def show(done: int, of: int, row: "Row") -> None:
        if of > MANY:
            bar.start()
            said = f"collecting {step}: {plain(row.sender, 40)}"
            bar.update(task, completed=done, total=of, description=said)

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()


def _table(done: "Collected", dry_run: bool) -> "Table":
    from rich.table import Table
    from rich.text import Text

    would = "would be placed" if dry_run else "placed"
    title = f"{done.step} from {done.source}: {done.placed} of {len(done.rows)} {would}"
    table = Table(title=title, title_justify="left")
    for column in ("student", "file", "sha256", "", "notes"):
        table.add_column(column, overflow="fold")
    for row in done.rows:
        if row.state != "not placed":
            notes = [f"kept as {row.replaced}"] if row.replaced else []
            notes += ["late, by the platform"] if row.late else []
            table.add_row(
                Text(plain(row.student)),
                Text(plain(row.file)),
                short(row.sha256),
                row.state,
                Text(plain("; ".join([*notes, *row.notes]))),
            )
    return table


def _report(done: "Collected", dry_run: bool) -> dict[str, Any]:
    rows = [
        {
            "sender": row.sender,
            "student": row.student or None,
            "state": row.state,
            "file": row.file or None,
            "sha256": row.sha256 or None,
            "replaced": str(row.replaced) if row.replaced else None,
            "late": row.late,
            "timestamp": row.timestamp or None,
            "notes": list(row.notes),
            "problem": row.problem or None,
            "unreadable": row.unreadable or None,
        }
        for row in done.rows
    ]
    return {
        "step": done.step,
        "from": done.source,
        "dry_run": dry_run,
        "placed": done.placed,
        "not_placed": len(done.rows) - done.placed,
        "rows": rows,
        "missing": [one.student for one in done.missing],
        "ignored": list(done.ignored),
    }
