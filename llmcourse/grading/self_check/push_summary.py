"""What the visible tests say of every set in a learner's repository, as one page of Markdown.

    python -m llmcourse.grading.self_check.push_summary exercises >> "$GITHUB_STEP_SUMMARY"

The classroom's workflow runs it on each push. A test that doesn't pass is not a failure of the
run: a set on which somebody works is unfinished most of the time, and a red cross for that teaches
people to look away. The exit status is 1 only for a file that can't be read, or can't be run at
all: what would be worth little when handed in. It is never a grade: whoever owns the repository can
change the notebook, this page and the workflow. All text that comes from the notebooks is fenced or
escaped. Left out: hidden tests, which are not here.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from llmcourse.command import run
from llmcourse.errors import UserError
from llmcourse.grading.notebook.hashes import short
from llmcourse.grading.notebook.reading import read
from llmcourse.grading.self_check.check import Check, TaskResult, check
from llmcourse.grading.self_check.handing_in import nothing_written

NO_GRADE = (
    "Feedback on the last push, by the tests that are in the notebooks. **This is no grade.** "
    "Hidden tests are not tried here, and what you hand in is graded elsewhere."
)
LONGEST = 2_000  # characters of one message
MOST = 900_000  # bytes; GitHub shows no page of more than a megabyte

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@dataclass(frozen=True)
class Section:
    """What is said of one notebook."""

    text: str
    readable: bool = True  # whether it could be checked, or had no need to be


def summary(folder: Path) -> tuple[str, bool]:
    """The page for all notebooks in `folder`, and whether each of them could be checked.

    Raises `UserError` where there is no notebook.
    """
    paths = _notebooks(folder)
    page = f"# Visible tests\n\n{NO_GRADE}\n"
    readable = True
    for path in paths:
        section = _section(path, path.relative_to(folder.parent).as_posix())
        readable = readable and section.readable
        if len((page + section.text).encode()) > MOST:
            page += f"\n## {escaped(path.name)}\n\nThere is too much to say of it for this page.\n"
        else:
            page += section.text
    return page, readable


def escaped(text: str) -> str:
    """`text` as one line of Markdown that shows it as it is, in a table too.

    >>> escaped("Top-p | <b>*now*</b>")
    'Top\\\\-p \\\\| \\\\<b\\\\>\\\\*now\\\\*\\\\<\\\\/b\\\\>'
    """
    line = " ".join(_printable(text).split())
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line)


def fenced(text: str) -> str:
    """`text` as it is, within a fence that nothing in it can close.

    >>> print(fenced("got 3"))
    ```text
    got 3
    ```
    """
    shown = _printable(text)
    if len(shown) > LONGEST:
        shown = shown[:LONGEST] + "…"
    longest = max((len(ticks) for ticks in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def _printable(text: str) -> str:
    """Without the characters that change what stands around them; line ends stay."""
    kept = (c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return "".join(kept)


def _notebooks(folder: Path) -> list[Path]:
    found = sorted(
        path
        for path in folder.rglob("*.ipynb")
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    if not found:
        raise UserError(
            f"{folder} holds no notebook.",
            todo="Give the folder with the problem sets: "
            "python -m llmcourse.grading.self_check.push_summary exercises",
        )
    return found


def _section(path: Path, place: str) -> Section:
    heading = f"\n## {escaped(path.stem)}\n\n{escaped(place)}"
    try:
        notebook = read(path)
    except UserError as error:
        said = " **can't be read**, and the grader can't read it either."
        return Section(f"{heading}{said}\n\n{_error(error)}", readable=False)
    heading += f", hash `{short(notebook.sha256)}`"
    if nothing_written(json.loads(path.read_bytes())["cells"]):
        return Section(f"{heading}: not started.\n")
    try:
        found = check(path)
    except UserError as error:
        return Section(f"{heading}: **can't be run.**\n\n{_error(error)}", readable=False)
    return Section(f"{heading}\n\n{_table(found)}{_said(found)}")


def _error(error: UserError) -> str:
    return fenced(f"{error.wrong}\n{error.todo}") + "\n"


def _table(found: Check) -> str:
    rows = [
        "| task | state | visible points | hidden points, not tried |",
        "|---|---|--:|--:|",
        *(_row(task) for task in found.tasks),
        f"| **all** | | **{found.earned:g} of {found.points:g}** | {found.hidden:g} |",
    ]
    return "\n".join(rows) + "\n"


def _row(task: TaskResult) -> str:
    points = f"{task.earned:g} of {task.points:g}"
    return f"| {escaped(task.title)} | {task.state} | {points} | {task.hidden:g} |"


def _said(found: Check) -> str:
    """The message of the first test that failed, of each task; one that several share, once."""
    messages: dict[str, list[str]] = {}
    for task in found.tasks:
        if task.message:
            messages.setdefault(task.message, []).append(escaped(task.title))
    parts = [escaped(warning) for warning in found.warnings]
    parts += [f"**{', '.join(titles)}**\n\n{fenced(text)}" for text, titles in messages.items()]
    if found.more:
        parts.append(escaped(found.more))
    if found.stumbles:
        parts.append("**Also raised, outside the tests**\n\n" + fenced("\n".join(found.stumbles)))
    return "".join(f"\n{part}\n" for part in parts)


@app.command()
def main(
    folder: Annotated[Path, typer.Argument(help="The folder with the problem sets.")],
) -> None:
    """Print what the visible tests say of each notebook in FOLDER, as Markdown.

    Exit status: 0 each could be checked, 1 one could not, 2 there is none.
    """
    page, readable = summary(folder)
    typer.echo(page, nl=False)
    if not readable:
        raise typer.Exit(1)


if __name__ == "__main__":
    run(app)
