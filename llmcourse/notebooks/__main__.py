"""`python -m llmcourse.notebooks`: write the notebooks of pages and problem sets, or check them."""

from pathlib import Path
from typing import Annotated

import typer

from llmcourse.command import run
from llmcourse.notebooks.repository import out_of_step, unlisted, write

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog="Example: python -m llmcourse.notebooks --check")
def notebooks(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 where one is out of step.")
    ] = False,
    root: Annotated[Path, typer.Option(help="The root of the repository.")] = Path(),
) -> None:
    """Write the notebook beside each text in book/ and solutions/ that is out of step with it.

    --check also names the pages that the book's table of contents leaves out.
    """
    if check:
        _check(root)
        return
    written = write(root)
    for path in written:
        typer.echo(f"wrote {path.relative_to(root)}")
    if not written:
        typer.echo("Every notebook is in step with its text.")


def _check(root: Path) -> None:
    found = [*out_of_step(root), *unlisted(root)]
    for path, why, todo in found:
        typer.secho(f"error: {path.relative_to(root)}: {why}.", fg="red", err=True)
        typer.echo(f"       {todo}", err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("Every notebook is in step with its text.")


def main() -> None:
    """Run the command line."""
    run(app)


if __name__ == "__main__":
    main()
