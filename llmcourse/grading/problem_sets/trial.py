"""The cells of a set's own text, task by task, and what its tests raise for a solution.

The solution may be the set's own, the empty release, or a case of the proof. All of it runs in this
process and in one namespace, where torch is loaded once, because it is ours. Left out: code that
nobody trusts, and what a failure means.
"""

import contextlib
import dataclasses
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.tasks import ProblemSet, Task

SEEDS = ("0", "another attempt")


@dataclass(frozen=True)
class TaskCells:
    """One task of a set, with the cells of the text that belong to it."""

    step: str
    task: Task
    imports: tuple[str, ...]
    setup: str
    heading: str  # the prose above the solution cell
    solution: str
    visible: str
    hidden: str

    def __str__(self) -> str:
        return f"{self.step}/{self.task.id}"

    @property
    def empty(self) -> str:
        """The learner's cell as it is released."""
        region = r"### BEGIN SOLUTION.*?### END SOLUTION"
        return re.sub(region, "# Your code goes here.", self.solution, flags=re.S)

    def failures(self, solution: str, seed: str = "0") -> dict[str, Exception]:
        """What the tests raise for the source of a solution, under "visible" and "hidden".

        `seed` is that of the attempt, from which hidden tests draw. A solution that raises by
        itself fails both.
        """
        namespace: dict[str, Any] = {"__name__": "__main__"}
        raised = {}
        with _environment(LLMCOURSE_SEED=seed):
            exec(compile(self.setup, f"{self} set-up", "exec"), namespace)
            try:
                exec(compile(solution, f"{self} solution", "exec"), namespace)
            except Exception as error:
                return {"visible": error, "hidden": error}
            for kind in ("visible", "hidden"):
                try:
                    exec(compile(getattr(self, kind), f"{self} {kind}", "exec"), namespace)
                except Exception as error:
                    raised[kind] = error
        return raised

    def points(self, raised: Mapping[str, Exception]) -> int:
        """What a solution earns whose tests raised this."""
        tests = {"visible": self.task.visible, "hidden": self.task.hidden}
        return sum(points for kind, points in tests.items() if kind not in raised)


def exercises(contract: ProblemSet) -> list[TaskCells]:
    """Every task of a set, from the set's own text. Raises `UserError` for a text that is wrong."""
    from llmcourse.notebooks.source import read

    path = contract.folder / contract.text
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.", todo="tasks.toml names it as `text`."
        ) from None
    cells: dict[str, tuple[str, str]] = {}
    setup, above = [], ""
    for cell in read(text, str(path)).cells:
        marks = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown":
            above = cell.source
        elif marks.get("solution") or marks.get("grade"):
            cells[marks["grade_id"]] = cell.source, above
        else:
            setup.append(cell.source)
    return [_exercise(contract, task, "\n".join(setup), cells, path) for task in contract.tasks]


def _exercise(
    contract: ProblemSet,
    task: Task,
    setup: str,
    cells: Mapping[str, tuple[str, str]],
    path: Path,
) -> TaskCells:
    for name in dataclasses.astuple(task.cells):
        if name not in cells:
            raise UserError(
                f"{path} has no cell {name!r}, which the contract names for task {task.id}.",
                todo="Add the cell, or correct tasks.toml.",
            )
    return TaskCells(
        step=contract.step,
        task=task,
        imports=contract.imports,
        setup=setup,
        heading=cells[task.cells.solution][1],
        solution=cells[task.cells.solution][0],
        visible=cells[task.cells.visible][0],
        hidden=cells[task.cells.hidden][0],
    )


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
