"""`llmcourse progress`: how far all problem sets are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llmcourse.cli.check import Timeout, checked, hidden_part
from llmcourse.errors import UserError

if TYPE_CHECKING:
    from llmcourse.grading.progress import Progress

EXAMPLE = "Example: llmcourse progress exercises --run"


def progress(
    exercises: Annotated[Path, typer.Argument(help="The folder of the problem sets.")] = Path(
        "exercises"
    ),
    run: Annotated[bool, typer.Option("--run", help="Check every set again first.")] = False,
    timeout: Timeout = 60,
) -> None:
    """Show how far each problem set is, as its last check saw it."""
    from rich.console import Console
    from rich.table import Table

    from llmcourse.grading.progress import problem_notebooks, progress_of, remember

    table = Table("set", "tasks", "points", "last check", title="Problem sets, by visible tests")
    errors = []
    hidden = visible = 0.0
    for path in problem_notebooks(exercises):
        try:
            if run:
                remember(checked(path, timeout))
            found = progress_of(path)
            table.add_row(path.stem, *_numbers(found))
            hidden, visible = hidden + found.hidden, visible + found.of
        except UserError as error:  # one broken notebook must not hide the others
            errors.append(error)
            table.add_row(path.stem, "?", "?", "can't be read or run: see below")
    table.caption = hidden_part(hidden, visible)
    Console().print(table)
    if errors:
        for error in errors[1:]:
            typer.echo(f"also: {error}", err=True)
        raise errors[0]


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
