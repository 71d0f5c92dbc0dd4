"""`llmcourse check`: a learner's notebook against its own visible tests."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from llmcourse.grading.check import Check

EXAMPLE = "Example: llmcourse check exercises/3-decoding/3-decoding.ipynb"

STYLES = {"passed": "green", "not started": "dim", "not yet": "yellow", "error": "red"}

Timeout = Annotated[int, typer.Option(min=1, help="Longest time of one cell, in seconds.")]


def check(
    notebook: Annotated[Path, typer.Argument(help="A problem set's notebook, .ipynb.")],
    timeout: Timeout = 60,
) -> None:
    """Run a problem set's visible tests in a fresh kernel and say what passes.

    The notebook is read, not written. Exit status: 0 all passed, 1 not yet, 2 it can't be run.
    """
    from rich.console import Console

    from llmcourse.grading.progress import remember

    found = checked(notebook, timeout)
    remember(found)
    console = Console(highlight=False, markup=False)
    console.print(table_of(found))
    console.print(total(found))
    for task in found.tasks:
        if task.message:  # of its first test that failed, as wide as the terminal is
            console.print(f"\n{task.title}", style="bold")
            console.print(task.message)
    for stumble in found.stumbles:
        console.print("\nAlso raised, outside the tests", style="bold")
        console.print(stumble)
    if not found.passed:
        raise typer.Exit(1)


def checked(notebook: Path, timeout: int) -> "Check":
    """Check with a progress bar, which is gone when the check is done."""
    from rich.console import Console
    from rich.progress import Progress

    from llmcourse.grading.check import check

    with Progress(console=Console(stderr=True), transient=True) as bar:
        cells = bar.add_task(f"running {notebook.name}", total=None)

        def show(done: int, of: int) -> None:
            bar.update(cells, completed=done, total=of)

        return check(notebook, timeout=timeout, on_progress=show)


def table_of(found: "Check") -> "Table":
    """One row a task: what its visible tests are worth, and how it stands."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=found.notebook.path.name, title_justify="left")
    table.add_column("task", min_width=40)
    table.add_column("points", justify="right")
    table.add_column("state", no_wrap=True)
    for task in found.tasks:
        state = Text(task.state, style=STYLES[task.state])
        table.add_row(Text(task.title), f"{task.points:g}", state)
    return table


def total(found: "Check") -> str:
    """The sum of the points, and what is left to the grader."""
    got = sum(task.points for task in found.tasks if task.state == "passed")
    of = sum(task.points for task in found.tasks)
    hidden = sum(task.hidden for task in found.tasks)
    more = f"; {hidden:g} more by hidden ones, when it is graded" if hidden else ""
    return f"{got:g} of {of:g} points by the visible tests{more}"
