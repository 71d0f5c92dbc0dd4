"""`llmcourse grade`: a class's submissions of one problem set, graded and kept."""

import difflib
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcourse.cli.release import Root
from llmcourse.cli.summary import record
from llmcourse.errors import UserError
from llmcourse.sandbox.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from rich.table import Table

    from llmcourse.grading.bundle import Bundle
    from llmcourse.grading.grade import Outcome
    from llmcourse.grading.submissions import Submission

EXAMPLE = "Example: llmcourse grade 3-decoding --submissions gradebook/submitted"

GIB = 1024**3


def grade(
    step: Annotated[str, typer.Argument(help="A problem set, as its folder in solutions/.")],
    submissions: Annotated[
        Path | None,
        typer.Option(
            help="The folder that holds one folder a student.", show_default="gradebook/submitted"
        ),
    ] = None,
    student: Annotated[
        list[str] | None,
        typer.Option(help="Grade this student alone; may be repeated.", show_default="all"),
    ] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade again what has a grade; the old one is kept.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Submissions at once.", show_default="one a processor"),
    ] = None,
    no_sandbox: Annotated[
        bool, typer.Option("--no-sandbox", help="Run notebooks unprotected: only your own.")
    ] = False,
    wall: Annotated[float, typer.Option(min=1, help="Seconds for a notebook.")] = DEFAULT.wall,
    cell: Annotated[float, typer.Option(min=1, help="Seconds for a cell.")] = DEFAULT.cell,
    memory: Annotated[
        float, typer.Option(min=0.1, help="GiB for all processes of a notebook.")
    ] = DEFAULT.memory / GIB,
    processes: Annotated[
        int, typer.Option(min=1, help="Processes and threads of a notebook.")
    ] = DEFAULT.processes,
    root: Root = Path(),
    json: Annotated[Path | None, typer.Option(help="Also write the grades to this file.")] = None,
) -> None:
    """Grade what students handed in; feedback and every attempt are kept in gradebook/.

    What has a grade by the present tests is left as it is, so the command can be stopped and run
    again. After a release with other tests everybody is graded by these; older results are kept.
    Exit status: 0 all graded, 1 some could not be, 2 the command can't be carried out.
    """
    from rich.console import Console

    from llmcourse.grading.attempts import Attempts
    from llmcourse.grading.submissions import find
    from llmcourse.sandbox.bubblewrap import refuse_without_bubblewrap

    started = time.perf_counter()
    gradebook = root / "gradebook"
    bundle = _bundle(root, step)
    folder = submissions or gradebook / "submitted"
    _refuse_own(folder, root)
    found = _chosen(find(folder, step), student)
    if not no_sandbox:
        refuse_without_bubblewrap()
    limits = Limits(wall=wall, cell=cell, memory=round(memory * GIB), processes=processes)
    outcomes: list[Outcome] = []
    try:
        with _shown(step, len(found)) as show:

            def on_progress(done: int, of: int, outcome: "Outcome") -> None:
                outcomes.append(outcome)
                show(done, outcome.student)

            ended = _graded(
                root,
                Attempts(gradebook),
                bundle,
                found,
                jobs=jobs,
                regrade=regrade,
                limits=limits,
                sandbox=not no_sandbox,
                on_progress=on_progress,
            )
    except KeyboardInterrupt:
        new = sum(outcome.is_new for outcome in outcomes)
        typer.echo(
            f"Stopped. {new} graded now and {len(outcomes) - new} before or not at all, of "
            f"{len(found)}. Everything is kept: the same command goes on from here.",
            err=True,
        )
        raise typer.Exit(130) from None
    console = Console(highlight=False, markup=False)
    console.print(_table(bundle, ended))
    console.print(
        f"Feedback: {gradebook / 'attempts' / step}/<student>/<attempt>/feedback.html "
        "(graded again: the feedback-N.html with the largest N)",
        soft_wrap=True,
    )
    left = [outcome for outcome in ended if not outcome.graded]
    if left:
        console.print(f"\nNot graded, which is not 0 points: {len(left)}", style="bold")
        for outcome in left:
            console.print(f"{_plain(outcome.student)}: {_plain(outcome.problem)}", soft_wrap=True)
    record(json, _report(bundle, ended) | {"seconds": time.perf_counter() - started})
    if left:
        raise typer.Exit(1)


def _graded(
    root: Path, store: Any, bundle: "Bundle", found: "Sequence[Submission]", **options: Any
) -> "list[Outcome]":
    from llmcourse.grading.grade import grade_class
    from llmcourse.grading.gradebook import Gradebook, configured
    from llmcourse.notebooks.addresses import Addresses
    from llmcourse.pages import repository

    base = Addresses.of(repository()).page("").removesuffix(".html")
    with Gradebook(configured(root), store) as book:
        return grade_class(found, bundle, store, gradebook=book, base=base, **options)


def _bundle(root: Path, step: str) -> "Bundle":
    from llmcourse.grading.attempts import folder_name
    from llmcourse.grading.bundle import bundle_path, read_bundle

    path = bundle_path(root, folder_name(step))
    if not path.is_file():
        there = sorted(one.stem for one in path.parent.glob("*.json"))
        raise UserError(
            f"There is no grading bundle of {step!r}: {path} is missing.",
            todo=f"Make it with `llmcourse release {step}` in the root of the repository"
            + (f", or choose {', '.join(there)}." if there else "."),
        )
    return read_bundle(path)


def _refuse_own(folder: Path, root: Path) -> None:
    """Raise `UserError` for a folder of the course itself, whose parts would become students."""
    own = [root, *(root / name for name in ("exercises", "solutions", "gradebook"))]
    if folder.resolve() in [place.resolve() for place in own]:
        raise UserError(
            f"{folder} is a folder of the course, not of submissions.",
            todo="Give the one that holds one folder a student, as gradebook/submitted does.",
        )


def _chosen(found: "list[Submission]", wanted: list[str] | None) -> "list[Submission]":
    """Those of the students that were asked for; all of them if none was."""
    if not wanted:
        return found
    names = [unicodedata.normalize("NFC", name) for name in wanted]
    there = {one.student for one in found}
    for name in names:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=3)
            raise UserError(
                f"There is no student {name!r} among {len(there)}.",
                todo=f"Did you mean {' or '.join(map(repr, near))}?"
                if near
                else "Give the name of a folder, as it is written.",
            )
    return [one for one in found if one.student in names]


@contextmanager
def _shown(step: str, of: int) -> Iterator[Callable[[int, str], None]]:
    """A progress bar with the time that is left; it is gone when all is done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Left

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, Left(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"grading {step}", total=of)

        def show(done: int, student: str) -> None:
            bar.update(task, completed=done, description=f"grading {step}: {_plain(student)}")

        yield show


def _table(bundle: "Bundle", outcomes: "Sequence[Outcome]") -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{bundle.step}: {bundle.title}", title_justify="left")
    table.add_column("student")
    table.add_column(f"points of {bundle.points}", justify="right")
    table.add_column("attempt", justify="right")
    table.add_column("notes")
    for one in outcomes:
        points = f"{one.result.points:g}" if one.graded and one.result else "not graded"
        attempt = str(one.attempt.number) if one.attempt else ""
        notes = "; ".join(one.notes) if one.is_new or one.problem else "as before"
        table.add_row(Text(_plain(one.student)), points, attempt, Text(_plain(notes)))
    return table


def _report(bundle: "Bundle", outcomes: "Sequence[Outcome]") -> dict[str, Any]:
    students = [
        {
            "student": one.student,
            "points": one.result.points if one.graded and one.result else None,
            "tasks": {task.id: task.points for task in one.result.tasks} if one.result else {},
            "attempt": one.attempt.number if one.attempt else None,
            "feedback": str(one.attempt.feedback) if one.attempt else None,
            "graded": one.graded,
            "new": one.is_new,
            "problem": one.problem,
            "notes": list(one.notes),
        }
        for one in outcomes
    ]
    return {
        "step": bundle.step,
        "max_score": bundle.points,
        "bundle": bundle.sha256,
        "students": students,
    }


def _plain(text: str, longest: int = 300) -> str:
    """What a learner may have had a hand in, as one line of a terminal that it can't command.

    >>> _plain("Ada\\x1b[2J\\n")
    'Ada�[2J�'
    """
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return shown if len(shown) <= longest else shown[:longest] + "…"
