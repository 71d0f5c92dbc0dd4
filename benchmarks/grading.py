"""What grading a class costs: `llmcourse grade`, and the two commands of plain nbgrader.

    python benchmarks/grading.py                     (200 submissions and 4; about three minutes)

The class hands in the reference solution, other right solutions, wrong ones and the empty release
of 3-decoding, in turns. Both sides start the commands that an instructor would. `llmcourse grade`
runs the learner's code in its sandbox and writes the feedback; nbgrader runs it as it is, in
`autograde`, and writes the feedback in `generate_feedback`. CPU-seconds are those of the whole
machine between start and end, so that no process is missed: run nothing else meanwhile.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import typer
from a_class import BIN, STEP, Cost, course, run
from rich.console import Console
from rich.table import Table


def hand_in(folder: Path, variants: Sequence[bytes], count: int) -> None:
    """`count` submissions in nbgrader's layout; no two of them equal."""
    for number in range(count):
        place = folder / "gradebook" / "submitted" / f"student{number:03}" / STEP
        place.mkdir(parents=True)
        own = json.loads(variants[number % len(variants)])
        own["metadata"]["student"] = number
        (place / f"{STEP}.ipynb").write_text(json.dumps(own), encoding="utf-8")


def main(submissions: int = 200, plain: int = 4, jobs: int = 2) -> None:
    """Print CPU-seconds and seconds a submission, of our command and of nbgrader's."""
    table = Table("", "submissions", "CPU-s each", "s each", "GB in each quarter of the time")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "ours"
        folder.mkdir()
        hand_in(folder, course(folder), submissions)
        run([str(BIN / "llmcourse"), "release", STEP], folder)
        cost = run([str(BIN / "llmcourse"), "grade", STEP, "--jobs", str(jobs)], folder)
        add(table, "llmcourse grade, sandboxed, with feedback", submissions, cost)

        folder = Path(temporary) / "plain"
        folder.mkdir()
        hand_in(folder, course(folder), plain)
        nbgrader = str(BIN / "nbgrader")
        run([nbgrader, "generate_assignment", STEP, "--force"], folder)
        cost = run([nbgrader, "autograde", STEP], folder)
        add(table, "nbgrader autograde", plain, cost)
        feedback = run([nbgrader, "generate_feedback", STEP], folder)
        add(table, "nbgrader generate_feedback", plain, feedback)
        add(table, "nbgrader, both", plain, cost + feedback)
    Console().print(table)


def add(table: Table, what: str, count: int, cost: Cost) -> None:
    """A row."""
    memory = " ".join(f"{gb:.2f}" for gb in cost.memory)
    each = f"{cost.cpu / count:.1f}", f"{cost.wall / count:.1f}"
    table.add_row(what, str(count), *each, memory)


if __name__ == "__main__":
    typer.run(main)
