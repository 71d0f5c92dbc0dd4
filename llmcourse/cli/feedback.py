"""`llmcourse feedback`: the newest feedback page of everybody, ready to be handed back."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from llmcourse.cli.shared import Root, record, several
from llmcourse.errors import UserError
from llmcourse.terminal import plain

EXAMPLE = "Example: llmcourse feedback 3-decoding --output feedback"


class Platform(StrEnum):
    """Which platform's zip."""

    moodle = "moodle"
    canvas = "canvas"


def feedback(
    step: Annotated[str, typer.Argument(help="A problem set, as its folder in solutions/.")],
    output: Annotated[
        Path | None,
        typer.Option(help="The folder for <student>.html.", show_default="gradebook/feedback/STEP"),
    ] = None,
    zip: Annotated[
        Path | None, typer.Option(help="Write the zip that a platform takes back instead.")
    ] = None,
    platform: Annotated[
        Platform | None, typer.Option("--for", help="Whose zip: names as in its download.")
    ] = None,
    root: Root = Path(),
    json: Annotated[Path | None, typer.Option(help="Also write what was done here.")] = None,
) -> None:
    """Gather the newest feedback page of each student of a class.

    As files by the students' names, or as the zip that Moodle ("Upload multiple feedback files in a
    zip") or Canvas ("Upload Submissions") takes back. What you wrote in formgrader stands at the
    top. Running it again changes nothing.
    Exit status: 0 all who handed in have the page of their newest file, 1 some have not, 2 it can't
    be carried out.
    """
    from rich.console import Console

    from llmcourse.grading.classroom.grades import standings
    from llmcourse.grading.classroom.handing_back import write_pages, write_zip
    from llmcourse.grading.classroom.standing import NEWER_FILE, NOTHING
    from llmcourse.grading.problem_sets.named import released

    if (zip is None) != (platform is None):
        raise UserError(
            "--zip and --for belong together.",
            todo="Give both: llmcourse feedback STEP --zip feedback.zip --for moodle",
        )
    if zip is not None and output is not None:
        raise UserError("Either --output or --zip.", todo="Run the command twice to have both.")
    bundle = released(root, step)
    known = standings(root, bundle)
    if zip is not None and platform is not None:
        place = zip
        done = write_zip(root, bundle, known, zip, platform.value)
    else:
        place = output or root / "gradebook" / "feedback" / step
        done = write_pages(root, bundle, known, place)
    console = Console(highlight=False, markup=False)
    changed = f"{done.changed} new or changed" if done.changed else "as before"
    said = changed if zip is None or not done.changed else "new"
    pages = several(done.pages, "feedback page")
    console.print(f"{pages} in {place} ({said})", soft_wrap=True)
    if platform is Platform.canvas:
        console.print("Canvas shows each page under the name of the file that was handed in.")
    if done.without:
        console.print(f"\nWithout a page: {len(done.without)}", style="bold")
        for student, why in done.without:
            console.print(f"{plain(student)}: {plain(why)}", soft_wrap=True)
    if done.older:
        console.print(f"\nThe page of an older file: {len(done.older)}", style="bold")
        for student in done.older:
            console.print(f"{plain(student)}: {NEWER_FILE}", soft_wrap=True)
    if done.others:
        names = ", ".join(plain(name) for name in done.others[:10])
        console.print(f"\nOther pages in that folder, left alone: {names}", soft_wrap=True)
    report = {"step": step, "written": str(place), "pages": done.pages, "changed": done.changed}
    record(json, report | {"without": dict(done.without), "older": list(done.older)})
    if done.older or any(why != NOTHING for _, why in done.without):
        raise typer.Exit(1)
