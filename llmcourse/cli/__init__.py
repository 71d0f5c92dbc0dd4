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
    classroom,
    collect,
    doctor,
    evaluate,
    feedback,
    grade,
    grade_sample,
    grades,
    progress,
    release,
    sample,
    submit,
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
# In the order in which people need them.
COMMANDS = {
    "Models": (
        (train.train, train.EXAMPLE),
        (sample.sample, sample.EXAMPLE),
        (chat.chat, chat.EXAMPLE),
        (evaluate.evaluate, evaluate.EXAMPLE),
        (doctor.doctor, doctor.EXAMPLE),
    ),
    "Learners": (
        (check.check, check.EXAMPLE),
        (progress.progress, progress.EXAMPLE),
        (submit.submit, submit.EXAMPLE),
    ),
    "Instructors": (
        (release.release, release.EXAMPLE),
        (classroom.classroom, classroom.EXAMPLE),
        (collect.collect, collect.EXAMPLE),
        (grade.grade, grade.EXAMPLE),
        (feedback.feedback, feedback.EXAMPLE),
        (grades.grades, grades.EXAMPLE),
    ),
}
for panel, commands in COMMANDS.items():
    for command, example in commands:
        app.command(epilog=example, rich_help_panel=panel)(command)
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
