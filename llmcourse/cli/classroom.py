"""`llmcourse classroom`: a repository for learners, without solutions and hidden tests."""

from pathlib import Path
from typing import Annotated

import typer

from llmcourse.cli.shared import Root, record

EXAMPLE = "Example: llmcourse classroom ../problem-sets"


def classroom(
    folder: Annotated[Path, typer.Argument(help="The repository for learners; made if missing.")],
    package: Annotated[
        str | None,
        typer.Option(
            help="What requirements.txt names, as pip reads it; Colab installs the public course.",
            show_default="the course from its public address",
        ),
    ] = None,
    root: Root = Path(),
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write what was done here.")
    ] = None,
) -> None:
    """Make a repository for learners, or bring it up to date: releases, package, workflow, README.

    Nothing of solutions/, of the hidden tests or of gradebook/ goes into it. A file that somebody
    has changed there is kept and named. Running it again changes nothing. Commit and push it
    yourself.

    Exit status: 0 all is up to date, 1 a file was kept that differs, 2 nothing was written.
    """
    from llmcourse.grading.problem_sets.learner_repository import default_package, make

    public = default_package()
    placed = make(root, folder, package or public)
    words = {
        "wrote": "wrote",
        "unchanged": "unchanged:",
        "kept": "kept, because somebody has changed it:",
        "left": "not of the course any more, delete it yourself:",
    }
    for one in placed:
        typer.echo(f"{words[one.state]} {one.path}")
    if package not in (None, public):
        typer.echo(
            f"In Colab the notebooks' first cell installs {public}, and not {package}. Where that "
            "must be the same, set Repository in pyproject.toml to an address that learners can "
            "reach, install the course again, and run: python -m llmcourse.notebooks && llmcourse "
            "release"
        )
    record(json, {"files": {str(one.path): one.state for one in placed}})
    if any(one.state in ("kept", "left") for one in placed):
        typer.echo("To have the course's version of a kept file: delete it, and run this again.")
        raise typer.Exit(1)
