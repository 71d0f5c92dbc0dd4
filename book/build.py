"""Build the book: execute what has changed, warnings are errors, and say where it is.

python book/build.py --json build/course/book.json
"""

import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from llmcourse import zoo
from llmcourse.cli.shared import record

ROOT = Path(__file__).parent.parent
INDEX = ROOT / "build" / "book" / "_build" / "html" / "index.html"


def main(
    json: Annotated[Path | None, typer.Option(help="Also write the result to this file.")] = None,
) -> None:
    """Build the book into build/book. Example: python book/build.py"""
    started = time.perf_counter()
    zoo.train("riverbank")  # before the pages, which have a time limit; nothing where it was done
    command = [
        *(str(Path(sys.executable).parent / "jupyter-book"), "build", str(ROOT)),
        *("--path-output", str(ROOT / "build" / "book")),
        *("--all", "-W", "--keep-going", "-n", "--quiet"),
    ]
    with Console(stderr=True).status("building the book"):
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        raise typer.Exit(1)
    result = {"index": str(INDEX), "seconds": time.perf_counter() - started}
    typer.echo(f"The book is at {INDEX}")
    record(json, result)


if __name__ == "__main__":
    typer.run(main)
