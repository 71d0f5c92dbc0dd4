"""A course of its own with a class that hands in, and what a command costs there.

For the benchmarks of grading and of handing in. The class hands in 3-decoding: the reference
solution, other right solutions, wrong ones and the empty release, in turns.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

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


def run(arguments: Sequence[str], folder: Path, ends: Collection[int] = (0,)) -> Cost:
    """Run a command to its end, and look at its memory every half second.

    `ends` are the exit statuses that it may have.
    """
    cpu, start, seen = busy(), time.monotonic(), []
    paths = os.environ | {"PATH": f"{BIN}:{os.environ['PATH']}"}  # nbgrader calls others by name
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with psutil.Popen(arguments, cwd=folder, env=paths, **quiet) as process:
        while process.poll() is None:
            seen.append((time.monotonic() - start, memory(process)))
            time.sleep(0.5)
        if process.returncode not in ends:
            raise SystemExit(f"{' '.join(arguments)} failed:\n{process.stderr.read().decode()}")
    wall = time.monotonic() - start
    quarters = (max((m for t, m in seen if i <= 4 * t / wall < i + 1), default=0) for i in range(4))
    return Cost(busy() - cpu, wall, tuple(quarters))


def memory(process: psutil.Process) -> float:
    """GB that the process and its children hold, what they share counted once."""
    total = 0
    try:
        processes = [process, *process.children(recursive=True)]
    except psutil.Error:
        return 0.0
    for one in processes:
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
    empty = (ROOT / "exercises" / STEP / f"{STEP}.ipynb").read_bytes()
    solved = with_solutions(json.loads(empty))
    variants = [json.dumps(solved).encode(), empty]
    for kind, turn in [("right", 0), ("wrong", 0), ("right", 1), ("wrong", 1)]:
        variants.append(json.dumps(with_cases(solved, kind, turn)).encode())
    return variants


def with_solutions(released: dict[str, Any]) -> dict[str, Any]:
    """The release with the reference solution in its cells, as a learner would write it there."""
    source = json.loads((ROOT / "solutions" / STEP / f"{STEP}.ipynb").read_bytes())
    solutions = {marks(cell)["grade_id"]: cell for cell in source["cells"] if is_solution(cell)}
    for cell in released["cells"]:
        if is_solution(cell):
            cell["source"] = solutions[marks(cell)["grade_id"]]["source"]
    return released


def is_solution(cell: dict[str, Any]) -> bool:
    """Whether it is a cell that learners write into."""
    return bool(marks(cell).get("solution"))


def marks(cell: dict[str, Any]) -> dict[str, Any]:
    """What nbgrader knows of a cell."""
    return cell["metadata"].get("nbgrader", {})


def with_cases(solved: dict[str, Any], kind: str, turn: int) -> dict[str, Any]:
    """The solution with the turn-th right or wrong case in each task."""
    notebook = json.loads(json.dumps(solved))
    for cell in notebook["cells"]:
        name = marks(cell).get("grade_id", "")
        places = sorted((ROOT / "tests" / "grading" / "cases" / STEP / name / kind).glob("*.py"))
        if name and places:
            cell["source"] = places[turn % len(places)].read_text(encoding="utf-8")
    return notebook
