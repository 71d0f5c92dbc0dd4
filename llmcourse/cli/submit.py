"""`llmcourse submit`: a learner's notebook, checked and packed, with a receipt."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from llmcourse.cli.check import Timeout
from llmcourse.cli.shared import record
from llmcourse.grading.notebook.hashes import short
from llmcourse.sandbox.limits import DEFAULT

if TYPE_CHECKING:
    from llmcourse.grading.self_check.check import Check
    from llmcourse.grading.self_check.handing_in import Receipt, Weights, Work

EXAMPLE = "Example: llmcourse submit exercises/3-decoding/3-decoding.ipynb"


def submit(
    notebook: Annotated[
        Path,
        typer.Argument(help="The problem set's notebook, .ipynb, or the folder that holds it."),
    ],
    checkpoint: Annotated[
        Path | None,
        typer.Option(help="A model to hand in with it: a .safetensors file, or a run's folder."),
    ] = None,
    output: Annotated[Path, typer.Option(help="The folder for the file to hand in.")] = Path(),
    no_check: Annotated[
        bool, typer.Option("--no-check", help="Don't run the visible tests first.")
    ] = False,
    timeout: Timeout = DEFAULT.cell,
    json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the receipt here.")
    ] = None,
) -> None:
    """Pack a notebook for handing in, and print a receipt with its hash.

    The visible tests run first. What doesn't pass is shown, and hinders nothing. The notebook goes
    in as it was saved, outputs included; clear them first if they show what nobody should see.
    Nothing is uploaded: you hand in the file that is written, or the notebook itself. The same
    files give the same bytes.

    Exit status: 0 written, 1 written but the tests could not be run, 2 nothing was written.
    """
    from llmcourse.grading.notebook.reading import notebook_at
    from llmcourse.grading.self_check.handing_in import pack, receipt_for, weights_in, work_in

    work = work_in(notebook_at(notebook))
    weights = weights_in(checkpoint) if checkpoint else None
    found, problem = (None, "") if no_check else _checked(work, timeout)
    receipt = receipt_for(work, weights, _states(found))
    path = pack(work, weights, receipt, output)
    _show(receipt, weights, found, path)
    if problem:
        typer.secho(f"error: the visible tests could not be run. {problem}", fg="red", err=True)
    record(
        json,
        {
            "step": receipt.step,
            "hash": receipt.short,
            "sha256": receipt.sha256,
            "checkpoint": receipt.checkpoint,
            "made": receipt.made,
            "check": dict(receipt.check),
            "problem": problem,
            "file": str(path.resolve()),
        },
    )
    if problem:
        raise typer.Exit(1)


def _checked(work: "Work", timeout: float) -> tuple["Check | None", str]:
    """What the visible tests say, shown as `llmcourse check` shows it, or why they can't run."""
    from llmcourse.cli.check import checked, show
    from llmcourse.errors import UserError

    try:
        found = checked(work.notebook.path, timeout)
    except UserError as error:  # the file can be handed in all the same: some tasks may be right
        return None, str(error)
    if found.notebook.sha256 != work.sha256:
        raise UserError(
            f"{work.notebook.path} was saved again while its tests ran.",
            todo="Run the same command again.",
        )
    show(found)
    return found, ""


def _states(found: "Check | None") -> Mapping[str, str]:
    return {task.id or task.title: task.state for task in found.tasks} if found else {}


def _show(receipt: "Receipt", weights: "Weights | None", found: "Check | None", path: Path) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from llmcourse.cli.check import total
    from llmcourse.grading.self_check.handing_in import beside
    from llmcourse.terminal import plain

    console = Console(highlight=False, markup=False)
    table = Table(title="Receipt", title_justify="left", show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("set", receipt.step)
    table.add_row("hash of the notebook", Text(receipt.short, style="bold"))
    if weights:
        table.add_row("checkpoint", f"{short(weights.sha256)}, {weights.size / 10**6:.1f} MB")
    table.add_row("so far", total(found) if found else "the visible tests were not run")
    table.add_row("last saved", f"{receipt.made[:16].replace('T', ' ')} UTC")
    console.print(table)
    console.print(f"The file: {plain(str(path.resolve()), longest=1000)}", soft_wrap=True)
    if older := beside(path, receipt):
        listed = ", ".join(older[:3]) + (" …" if older[3:] else "")
        console.print(f"The newest is {path.name}; beside it, older: {listed}", soft_wrap=True)
    console.print(
        f"\nNothing has been uploaded. Upload this file where your course collects {receipt.step}: "
        "on the page of the assignment in Canvas or Moodle, or as your instructor has told you."
    )
    if weights is None:
        console.print("The notebook itself will do as well; its hash is the same.")
    console.print(
        "Keep the hash. Your instructor sees it beside your grade, so both of you can tell which "
        "file was graded."
    )
