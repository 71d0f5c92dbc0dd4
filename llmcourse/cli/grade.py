"""`llmcourse grade`: a class's submissions of one problem set, graded and kept."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcourse.cli.outcomes import outcomes_report, outcomes_table
from llmcourse.cli.shared import Root, book_address, record
from llmcourse.errors import UserError
from llmcourse.sandbox.limits import DEFAULT, Limits
from llmcourse.terminal import plain

if TYPE_CHECKING:
    from llmcourse.grading.classroom.grade import Outcome
    from llmcourse.grading.classroom.submissions import Submission
    from llmcourse.grading.problem_sets.bundle import Bundle

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
    dask: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Grade on this Dask cluster: tcp://… of its scheduler."
        ),
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
    The column "file" begins the sha256 of what was handed in, as the learner's receipt shows it.

    --dask: the workers of a cluster of your own, on a private network, grade in their sandboxes.

    Exit status: 0 all graded, 1 some could not be, 2 the command can't be carried out.
    """
    from rich.console import Console

    from llmcourse.grading.classroom.attempts import Attempts
    from llmcourse.grading.classroom.grade import NotMerged
    from llmcourse.grading.classroom.submissions import chosen, find, refuse_other_folders
    from llmcourse.grading.problem_sets.named import released

    started = time.perf_counter()
    gradebook = root / "gradebook"
    bundle = released(root, step)
    folder = submissions or gradebook / "submitted"
    refuse_other_folders(folder, root, step)
    found = chosen(find(folder, step, bundle), student)
    _say_if_stale(bundle, root)
    limits = Limits(wall=wall, cell=cell, memory=round(memory * GIB), processes=processes)
    outcomes: list[Outcome] = []
    behind: UserError | None = None
    try:
        with (
            _engine(dask, jobs, bundle, limits, sandbox=not no_sandbox) as engine,
            _shown(step, len(found)) as show,
        ):

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
                engine=engine,
                on_progress=on_progress,
            )
    except KeyboardInterrupt:
        typer.echo(_stopped(outcomes, len(found)), err=True)
        raise typer.Exit(130) from None
    except NotMerged as error:
        ended, behind = error.outcomes, error
    console = Console(highlight=False, markup=False)
    console.print(outcomes_table(bundle, ended))
    console.print(f"Pages for the learners: llmcourse feedback {step}", soft_wrap=True)
    left = [outcome for outcome in ended if not outcome.graded]
    if left:
        console.print(f"\nNot graded, which is not 0 points: {len(left)}", style="bold")
        for outcome in left:
            console.print(f"{plain(outcome.student)}: {plain(outcome.problem)}", soft_wrap=True)
    record(json, outcomes_report(bundle, ended) | {"seconds": time.perf_counter() - started})
    if behind is not None:
        typer.secho(f"error: {behind.wrong} {behind.todo}", fg="red", err=True)
    if left or behind is not None:
        raise typer.Exit(1)


def _graded(
    root: Path, store: Any, bundle: "Bundle", found: "Sequence[Submission]", **options: Any
) -> "list[Outcome]":
    from llmcourse.grading.classroom.grade import grade_class
    from llmcourse.grading.classroom.gradebook import Gradebook, configured

    with Gradebook(configured(root), store) as book:
        return grade_class(found, bundle, store, gradebook=book, base=book_address(), **options)


def _say_if_stale(bundle: "Bundle", root: Path) -> None:
    from llmcourse.grading.problem_sets.named import changed_sources

    if changed := changed_sources(bundle, root):
        typer.secho(
            f"note: solutions/{bundle.step}/{' and '.join(changed)} changed after the release, and "
            f"the tests of the release are used. For the new ones: llmcourse release {bundle.step}",
            fg="yellow",
            err=True,
        )


def _engine(
    dask: str | None, jobs: int | None, bundle: "Bundle", limits: Limits, *, sandbox: bool
) -> AbstractContextManager[Any]:
    """The cluster that was asked for; None for the processes of this machine."""
    from llmcourse.sandbox.bubblewrap import refuse_without_bubblewrap

    if dask is None:
        if sandbox:
            refuse_without_bubblewrap()
        return nullcontext()
    if jobs is not None:
        raise UserError(
            "--jobs counts processes of this machine, and --dask grades on others.",
            todo="Give one of the two. A cluster works at as many at once as it has threads.",
        )
    from llmcourse.grading.graders.cluster import DaskGraders

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said here
    return DaskGraders(dask, bundle, limits, sandbox)


def _stopped(outcomes: "Sequence[Outcome]", of: int) -> str:
    """What Ctrl-C leaves, in one line."""
    new = sum(one.is_new and one.graded for one in outcomes)
    before = sum(one.graded and not one.is_new for one in outcomes)
    if not new:
        return f"Stopped before anything new was graded; {of - before} of {of} are left."
    return (
        f"Stopped: {new} graded now, {before} before, {of - new - before} left. "
        "Everything is kept: the same command goes on from here."
    )


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
            bar.update(task, completed=done, description=f"grading {step}: {plain(student)}")

        yield show
