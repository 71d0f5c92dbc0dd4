"""`llmcourse check`: a learner's notebook against its own visible tests."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llmcourse.sandbox.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from rich.table import Table

    from llmcourse.grading.self_check.check import Check

EXAMPLE = "Example: llmcourse check exercises/3-decoding/3-decoding.ipynb"

STYLES = {"passed": "green", "not started": "dim", "not yet": "yellow", "error": "red"}
STYLES |= {"not allowed": "red", "stopped": "red", "test changed": "magenta", "no setup": "red"}

Timeout = Annotated[
    float,
    typer.Option(min=1, help="Longest time of one cell, in seconds; by default the grader's."),
]


def check(
    notebook: Annotated[
        Path, typer.Argument(help="A problem set's notebook, .ipynb, or the folder that holds it.")
    ],
    timeout: Timeout = DEFAULT.cell,
    json: Annotated[bool, typer.Option("--json", help="Print the results as JSON.")] = False,
) -> None:
    """Run a problem set's visible tests in a fresh kernel and say what passes.

    A task whose test was changed or deleted doesn't pass. A cell that Python can't read, or that
    doesn't come to an end, costs its own task, as in the grader; the others are shown. The notebook
    is read, not written.

    Exit status: 0 all passed, 1 not yet, 2 nothing can be run: the file is no problem set, no
    kernel starts, or the set-up cell doesn't end.
    """
    from llmcourse.grading.notebook.reading import notebook_at
    from llmcourse.grading.self_check.progress import remember

    found = checked(notebook_at(notebook), timeout)
    remember(found)
    if json:
        typer.echo(as_json(found))
    else:
        show(found)
    if not found.passed:
        raise typer.Exit(1)


def show(found: "Check") -> None:
    """Print a table of the tasks, then what there is to say of each, as wide as the terminal is."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    console.print(table_of(found))
    console.print(total(found))
    for warning in found.warnings:
        console.print(f"\n{warning}", style="yellow")
    messages: dict[str, list[str]] = {}  # of first tests that failed, and of which tasks
    for task in found.tasks:
        messages.setdefault(task.message, []).append(task.title)
    for message, titles in messages.items():
        if message:
            console.print("\n" + "\n".join(titles), style="bold")
            console.print(message)
    if found.more:
        console.print(f"\n{found.more}")
    for stumble in found.stumbles:
        console.print("\nAlso raised, outside the tests", style="bold")
        console.print(stumble)


def as_json(found: "Check") -> str:
    """What `show` prints, for programs: `points` are earned, `of` can be, `hidden` are not seen."""
    import json

    tasks = [
        {
            "id": task.id,
            "title": task.title,
            "state": task.state,
            "points": task.earned,
            "of": task.points,
            "hidden": task.hidden,
            "message": task.message,
        }
        for task in found.tasks
    ]
    result = {
        "notebook": str(found.notebook.path),
        "step": found.notebook.original.step if found.notebook.original else None,
        "passed": found.passed,
        "points": found.earned,
        "of": found.points,
        "hidden": found.hidden,
        "tasks": tasks,
        "warnings": found.warnings,
        "raised": found.stumbles,
    }
    return json.dumps(result, indent=1)


def checked(notebook: Path, timeout: float) -> "Check":
    """Check with a progress bar, which is gone when the check is done."""
    from rich.console import Console
    from rich.progress import Progress

    from llmcourse.grading.self_check.check import check

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        cells = bar.add_task(f"running {notebook.name}", total=None)

        def show(done: int, of: int) -> None:
            bar.update(cells, completed=done, total=of)

        return check(notebook, limits=limits(timeout), on_progress=show)


def limits(timeout: float) -> Limits:
    """The grader's limits, with longer times where a cell is given longer.

    >>> limits(40).wall
    240.0
    """
    return replace(DEFAULT, cell=timeout, wall=DEFAULT.wall * max(1, timeout / DEFAULT.cell))


def table_of(found: "Check") -> "Table":
    """One row a task: what its visible tests are worth, and how it stands."""
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=found.notebook.path.name,
        title_justify="left",
        caption=hidden_part(found.hidden, found.points),
        caption_justify="left",
    )
    table.add_column("task", min_width=40)
    table.add_column("visible points" if found.hidden else "points", justify="right")
    table.add_column("state", no_wrap=True)
    for task in found.tasks:
        state = Text(task.state, style=STYLES[task.state])
        table.add_row(Text(task.title), f"{task.points:g}", state)
    return table


def total(found: "Check") -> str:
    """The sum of the points that a check can see."""
    return f"{found.earned:g} of {found.points:g} points by the visible tests"


def hidden_part(hidden: float, visible: float) -> str | None:
    """What stands under a table of points, if some of them are left to the grader.

    >>> hidden_part(19, 21)
    'Not counted here: 19 of 40 points are for hidden tests, which only the grader sees.'
    """
    if not hidden:
        return None
    return (
        f"Not counted here: {hidden:g} of {hidden + visible:g} points are for hidden tests, which "
        "only the grader sees."
    )
