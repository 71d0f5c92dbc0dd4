"""`llmcourse progress`: how far all problem sets are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llmcourse.cli.check import Timeout, checked, hidden_part
from llmcourse.errors import UserError
from llmcourse.sandbox.limits import DEFAULT
from llmcourse.terminal import plain

if TYPE_CHECKING:
    from llmcourse.grading.self_check.progress import Progress

EXAMPLE = "Example: llmcourse progress exercises --run"


def progress(
    exercises: Annotated[Path, typer.Argument(help="The folder of the problem sets.")] = Path(
        "exercises"
    ),
    run: Annotated[bool, typer.Option("--run", help="Check every set shown again first.")] = False,
    every: Annotated[
        bool, typer.Option("--all", help="Show every copy that was ever checked.")
    ] = False,
    timeout: Timeout = DEFAULT.cell,
) -> None:
    """Show how far each problem set is, as its last check saw it.

    A copy that was checked has a row of its own where it lies below this folder or beside the
    problem sets; of those elsewhere, such as downloads, one a set has: the one checked last.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from llmcourse.grading.self_check.progress import (
        copies,
        of_interest,
        problem_notebooks,
        progress_of,
        remember,
    )

    errors = []
    found_copies = copies([])
    try:
        sets = problem_notebooks(exercises)
        found_copies = copies(sets)
    except UserError as error:
        if not found_copies:
            raise
        sets, errors = [], [error]
    near = [Path.cwd(), exercises.resolve().parent]
    shown = found_copies if every else of_interest(found_copies, near)
    elsewhere = [copy.path for copy in shown]
    table = Table(title="Problem sets, by visible tests")
    for heading in ("set", "tasks", "points", "last check"):
        table.add_column(heading, overflow="fold")  # a command that is cut can't be copied
    hidden = visible = 0.0
    for path in (*sets, *elsewhere):
        name = Text(plain(path.stem if path in sets else _short(path)))
        try:
            if run:
                remember(checked(path, timeout))
            found = progress_of(path)
            table.add_row(name, *_numbers(found))
            if path in sets:  # the points of a set count once
                hidden, visible = hidden + found.hidden, visible + found.of
        except UserError as error:  # one broken notebook must not hide the others
            errors.append(error)
            table.add_row(name, "?", "?", "can't be read or run: see below")
    table.caption = hidden_part(hidden, visible)
    Console().print(table)
    if hidden_copies := len(found_copies) - len(shown):
        what = "copy that was" if hidden_copies == 1 else "copies that were"
        typer.echo(f"Not shown: {hidden_copies} older {what} checked elsewhere (--all shows all).")
    if errors:
        for error in errors[1:]:
            typer.echo(f"also: {error}", err=True)
        raise errors[0]


def _short(path: Path) -> str:
    """A place as a person writes it: `~/Downloads/3-decoding (1).ipynb`."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _numbers(found: "Progress") -> tuple[str, str, str]:
    """The cells of a row.

    >>> never = {"checked": None, "changed": False}
    >>> _numbers(Progress(path, done=3, tasks=7, points=8, of=21, hidden=19, **never))
    ('3 of 7', '8 of 21', 'never: llmcourse check …')
    """
    if found.checked is None:
        when = f"never: llmcourse check {found.path}"
    else:
        when = f"{found.checked.astimezone():%Y-%m-%d %H:%M}"
        when += ", edited since" if found.changed else ""
    return f"{found.done} of {found.tasks}", f"{found.points:g} of {found.of:g}", when
