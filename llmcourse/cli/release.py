"""`llmcourse release`: from the problem sets' sources to what learners get."""

from pathlib import Path
from typing import Annotated

import typer

from llmcourse.cli.shared import Root

EXAMPLE = "Example: llmcourse release 3-decoding"


def release(
    step: Annotated[
        str | None, typer.Argument(help="A folder of solutions/.", show_default="all of them")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite a notebook in which somebody has worked.")
    ] = False,
    root: Root = Path(),
) -> None:
    """Write exercises/ from solutions/, without a line of a solution.

    Running it again changes nothing. A notebook that is not an earlier release is not overwritten,
    and a set whose own solution fails one of its tests is not released.
    """
    from llmcourse.grading.problem_sets.release import release as release_sets

    for file in release_sets(root, step, force=force):
        typer.echo(f"{'wrote' if file.written else 'unchanged:'} {file.path}")
