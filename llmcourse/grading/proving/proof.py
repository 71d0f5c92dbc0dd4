"""What the cases say of a set's graders: for each task, as a table and as JSON.

Left out: trying the cases.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import typer

from llmcourse.grading.problem_sets.tasks import Task
from llmcourse.grading.problem_sets.trial import SEEDS


@dataclass(frozen=True)
class Proof:
    """What the cases say of one task's grader."""

    task: Task
    empty: int  # points of the empty release
    wrong: int
    killed: int  # wrong solutions that lose the points that they must
    right: int  # the reference among them
    passed: int
    forbidden: int
    refused: int
    problems: tuple[str, ...]  # everything that is not as it must be


_FIELDS = [field.name for field in dataclasses.fields(Proof) if field.name != "task"]


def show(proofs: Mapping[str, Sequence[Proof]], seconds: float) -> None:
    """Print a table for each set, the share of wrong solutions that fail, and every problem."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    for step, several in proofs.items():
        table = Table(title=step, title_justify="left")
        table.add_column("task")
        for name in ("empty score", "wrong killed", "right passed", "calls refused"):
            table.add_column(name, justify="right")
        for one in several:
            table.add_row(
                Text(f"{one.task.number} {one.task.id}"),
                f"{one.empty} of {one.task.points}",
                f"{one.killed} of {one.wrong}",
                f"{one.passed} of {one.right}",
                f"{one.refused} of {one.forbidden}" if one.forbidden else "-",
                style="red" if one.problems else None,
            )
        console.print(table)
    every = [one for several in proofs.values() for one in several]
    killed, wrong = sum(one.killed for one in every), sum(one.wrong for one in every)
    console.print(
        f"{killed} of {wrong} wrong solutions killed"
        f"{f' ({killed / wrong:.0%})' if wrong else ''}, each with {len(SEEDS)} seeds, in "
        f"{seconds:.0f} s"
    )
    for step, several in proofs.items():
        for one in several:
            for problem in one.problems:
                typer.secho(f"error: {step}/{one.task.id}: {problem}", fg="red", err=True)


def as_json(proofs: Mapping[str, Sequence[Proof]], seconds: float) -> str:
    """The same for programs."""
    every = [one for several in proofs.values() for one in several]
    killed, wrong = sum(one.killed for one in every), sum(one.wrong for one in every)
    sets = {
        step: [
            {"id": one.task.id, "title": one.task.title, "points": one.task.points}
            | {field: getattr(one, field) for field in _FIELDS}
            for one in several
        ]
        for step, several in proofs.items()
    }
    total = {
        "killed": killed,
        "wrong": wrong,
        "kill_rate": killed / wrong if wrong else None,
        "proven": not any(one.problems for one in every),
        "seconds": seconds,
    }
    return json.dumps({"sets": sets} | total, ensure_ascii=False, indent=1) + "\n"
