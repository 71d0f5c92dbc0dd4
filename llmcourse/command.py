"""How every command of the course ends when its input was wrong: one message, exit status 2."""

import sys
from collections.abc import Callable
from typing import Any

import typer

from llmcourse.errors import UserError


def run(app: Callable[[], Any]) -> None:
    """Run a command line; a `UserError` becomes what is wrong, what to do, and status 2."""
    try:
        app()
    except UserError as error:
        typer.secho(f"error: {error.wrong}", fg="red", err=True)
        typer.echo(f"       {error.todo}", err=True)
        sys.exit(2)
