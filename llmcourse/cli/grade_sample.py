"""`llmcourse grade-sample`: the part of `make course` that tries the grader on a class of three."""

import time
from pathlib import Path
from typing import Annotated

import typer

from llmcourse.cli.shared import Root, record

EXAMPLE = "Example: llmcourse grade-sample 3-decoding --json build/course/grade.json"


def grade_sample(
    step: Annotated[str, typer.Argument(help="A folder of solutions/.")] = "3-decoding",
    root: Root = Path(),
    json: Annotated[Path | None, typer.Option(help="Also write the scores to this file.")] = None,
) -> None:
    """Grade a solution, an empty release and a notebook with two known mistakes.

    Exit status 1 where a task did not get the points that it must.
    """
    from rich.console import Console
    from rich.table import Table

    from llmcourse.grading.proving import sample_class

    started = time.perf_counter()
    with Console(stderr=True).status(f"grading a class of three: {step}"):
        contract, graded = sample_class.grade_sample(root, step)
    table = Table("task", "points", *(one.student for one in graded), title=f"Sample class: {step}")
    for task in contract.tasks:
        points = [f"{one.points[task.id]:g}" for one in graded]
        table.add_row(f"{task.number} {task.title}", f"{task.points}", *points)
    table.add_section()
    table.add_row("all", f"{contract.points}", *(f"{one.score:g}" for one in graded))
    Console().print(table)
    as_expected = all(one.as_expected for one in graded)
    record(
        json,
        {
            "step": step,
            "max_score": contract.points,
            "scores": {one.student: one.score for one in graded},
            "expected": {one.student: sum(one.expected.values()) for one in graded},
            "tasks": {one.student: dict(one.points) for one in graded},
            "as_expected": as_expected,
            "seconds": time.perf_counter() - started,
        },
    )
    for one in graded:
        for task, points in one.points.items():
            if points != one.expected[task]:
                typer.secho(
                    f"error: {one.student} got {points:g} for {task}; {one.expected[task]:g} is "
                    "right.",
                    fg="red",
                    err=True,
                )
    if not as_expected:
        raise typer.Exit(1)
