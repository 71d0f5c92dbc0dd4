"""`llmcourse progress`: how far all problem sets are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llmcourse.cli.check import Timeout, checked, hidden_part
from llmcourse.errors import UserError
from llmcourse.sandbox.limits import DEFAULT
from llmcourse.terminal import plain

if TYPE_CHECKING:
    from llmcourse.grading.progress import Progress

EXAMPLE = "Example: llmcourse progress exercises --run"


def progress(
    exercises: Annotated[Path, typer.Argument(help="The folder of the problem sets.")] = Path(
        "exercises"
    ),
    run: Annotated[bool, typer.Option("--run", help="Check every set again first.")] = False,
    timeout: Timeout = DEFAULT.cell,
) -> None:
    """Show how far each problem set is, as its last check saw it.

    A copy that was checked elsewhere, such as a download, has a row of its own.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from llmcourse.grading.progress import copies, problem_notebooks, progress_of, remember

    errors = []
    elsewhere = copies([])
    try:
        sets = problem_notebooks(exercises)
        elsewhere = copies(sets)
    except UserError as error:
        if not elsewhere:
            raise
        sets, errors = [], [error]
    table = Table("set", "tasks", "points", "last check", title="Problem sets, by visible tests")
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
