"""What grading a class costs: `llmcourse grade`, and the two commands of plain nbgrader.

    python benchmarks/grading.py                     (200 submissions and 4; about ten minutes)

The class hands in the reference solution, other right solutions, wrong ones and the empty release
of 3-decoding, in turns. Both sides start the commands that an instructor would. `llmcourse grade`
runs the learner's code in its sandbox and writes the feedback; nbgrader runs it as it is, in
`autograde`, and writes the feedback in `generate_feedback`. CPU-seconds are those of the whole
machine between start and end, so that no process is missed: run nothing else meanwhile.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import typer
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
STEP = "3-decoding"
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Cost:
    """Of one command, or of two."""

    cpu: float  # seconds, all processes
    wall: float
    memory: tuple[float, ...] = ()  # GB of all its processes, every quarter of the time, largest

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.cpu + other.cpu, self.wall + other.wall)


def busy() -> float:
    """CPU-seconds that this machine has worked since it was started."""
    times = psutil.cpu_times()
    return sum(times) - times.idle - times.iowait


def run(arguments: Sequence[str], folder: Path) -> Cost:
    """Run a command to its end, and look at its memory every half second."""
    cpu, start, seen = busy(), time.monotonic(), []
    paths = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}  # nbgrader calls others by name
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    process = psutil.Popen(arguments, cwd=folder, env=paths, **quiet)
    while process.poll() is None:
        seen.append((time.monotonic() - start, memory(process)))
        time.sleep(0.5)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{process.stderr.read().decode()}")
    wall = time.monotonic() - start
    quarters = (max((m for t, m in seen if i <= 4 * t / wall < i + 1), default=0) for i in range(4))
    return Cost(busy() - cpu, wall, tuple(quarters))


def memory(process: psutil.Process) -> float:
    """GB that the process and its children hold, what they share counted once."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_full_info().pss
        except psutil.Error:
            continue
    return total / 1e9


def course(folder: Path) -> list[bytes]:
    """A course in `folder`, and the notebooks that its class hands in by turns."""
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    for name in ("solutions", "exercises", "book"):
        shutil.copytree(ROOT / name, folder / name)
    for name in ("_config.yml", "_toc.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    solved = json.loads((ROOT / "solutions" / STEP / f"{STEP}.ipynb").read_bytes())
    empty = (ROOT / "exercises" / STEP / f"{STEP}.ipynb").read_bytes()
    variants = [json.dumps(solved).encode(), empty]
    for kind, turn in [("right", 0), ("wrong", 0), ("right", 1), ("wrong", 1)]:
        variants.append(json.dumps(with_cases(solved, kind, turn)).encode())
    return variants


def with_cases(solved: dict[str, Any], kind: str, turn: int) -> dict[str, Any]:
    """The solution with the turn-th right or wrong case in each task."""
    notebook = json.loads(json.dumps(solved))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        places = sorted((ROOT / "tests" / "grading" / "cases" / STEP / name / kind).glob("*.py"))
        if name and places:
            cell["source"] = places[turn % len(places)].read_text(encoding="utf-8")
    return notebook


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
