"""The `llmcourse` command: a module for each, which imports the steps only when it runs.

A mistake in the input ends with one message and exit status 2, Ctrl-C with one line and 130;
anything else that goes wrong is a defect of ours and shows its traceback.
"""

from typing import Annotated, Any

import typer
import typer.core

from llmcourse import __version__
from llmcourse.cli import (
    chat,
    check,
    doctor,
    evaluate,
    grade,
    grade_sample,
    progress,
    release,
    sample,
    summary,
    train,
)
from llmcourse.command import run


class Interruptible(typer.core.TyperGroup):
    """Commands that Ctrl-C ends with one line and exit status 130."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            typer.echo(f"\n{str(stop) or 'Stopped.'}", err=True)
            raise typer.Exit(130) from None


app = typer.Typer(
    cls=Interruptible,
    help="How large language models work: train one, talk to it, measure it, solve its tasks.",
    epilog="Example: llmcourse train --steps 200 --out runs/first && llmcourse sample runs/first",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command(epilog=train.EXAMPLE)(train.train)
app.command(epilog=sample.EXAMPLE)(sample.sample)
app.command(epilog=chat.EXAMPLE)(chat.chat)
app.command(epilog=evaluate.EXAMPLE)(evaluate.evaluate)
app.command(epilog=check.EXAMPLE)(check.check)
app.command(epilog=progress.EXAMPLE)(progress.progress)
app.command(epilog=release.EXAMPLE)(release.release)
app.command(epilog=grade.EXAMPLE)(grade.grade)
app.command(epilog=doctor.EXAMPLE)(doctor.doctor)
# What `make course` calls.
app.command(epilog=grade_sample.EXAMPLE, hidden=True)(grade_sample.grade_sample)
app.command(epilog=summary.EXAMPLE, hidden=True)(summary.summary)


def _show_version(wanted: bool | None) -> None:
    if wanted:
        typer.echo(f"llmcourse {__version__}")
        raise typer.Exit


@app.callback()
def llmcourse(
    version: Annotated[
        bool | None,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = None,
) -> None:
    """Options that stand before the command."""


def main() -> None:
    """Run the command line."""
    run(app)
