"""Whether a set is ready to be released: what must hold of its source, and of the release itself.

A set is refused whose notebook is not that of its text, whose regions are not in pairs, whose
release would show a solution or a hidden test or hold a cell that is no Python, and whose own
solution fails one of its tests. Left out: the contract (`tasks`), and how a release is made
(`release`).
"""

import contextlib
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.notebook.cells import Cell
from llmcourse.grading.notebook.source import syntax_error
from llmcourse.grading.problem_sets.tasks import ProblemSet
from llmcourse.grading.problem_sets.trial import SEEDS, exercises


def refuse_stale(contract: ProblemSet, root: Path) -> None:
    """Raise `UserError` unless the notebook is what its text gives."""
    try:
        from llmcourse.notebooks import notebook_of
        from llmcourse.notebooks.identity import as_bytes
    except ImportError as error:
        raise UserError(
            f"The text of a problem set can't be read: {error}.",
            todo='Install what a release needs: pip install "llmcourse[book,grading]"',
        ) from None
    text = contract.folder / contract.text
    if not text.is_file():
        raise UserError(f"There is no file {text}.", todo="Correct the field text in tasks.toml.")
    if (
        not contract.source.is_file()
        or as_bytes(notebook_of(text, root)) != contract.source.read_bytes()
    ):
        raise UserError(
            f"{contract.source} is not the notebook of {contract.text}.",
            todo="Run: python -m llmcourse.notebooks",
        )


def refuse_open_regions(contract: ProblemSet, cells: list[dict[str, Any]]) -> None:
    """Raise `UserError`, naming the cell, for a region that is begun and not ended, or ended twice.

    nbgrader refuses these too, and does not say where.
    """
    for cell in cells:
        lines = [line.strip() for line in "".join(cell["source"]).splitlines()]
        for region in ("SOLUTION", "HIDDEN TESTS"):
            marks = [line for line in lines if line in (f"### BEGIN {region}", f"### END {region}")]
            pairs = [f"### BEGIN {region}", f"### END {region}"] * (len(marks) // 2)
            if marks != pairs:
                name = cell["metadata"].get("nbgrader", {}).get("grade_id", "without a grade_id")
                raise UserError(
                    f"{contract.source}, cell {name!r}: its ### BEGIN {region} and ### END "
                    f"{region} are not in pairs.",
                    todo=f"Correct the cell in {contract.text}, then run: "
                    "python -m llmcourse.notebooks",
                )


def refuse_leaks(contract: ProblemSet, notebook: dict[str, Any]) -> None:
    """Raise `UserError` where a learner would be handed a solution, or a hidden test.

    nbgrader takes out what stands between the delimiters; a cell without them goes out whole.
    """
    sources = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in notebook["cells"]
        if "nbgrader" in cell["metadata"]
    }
    for task in contract.tasks:
        hidden = sources[task.cells.hidden].splitlines()
        if any(line.strip() and not line.strip().startswith("#") for line in hidden):
            raise UserError(
                f"{contract.source}, cell {task.cells.hidden!r}: a hidden test would be released.",
                todo="Let the whole cell stand between ### BEGIN HIDDEN TESTS and "
                "### END HIDDEN TESTS.",
            )
        if "raise NotImplementedError" not in sources[task.cells.solution]:
            raise UserError(
                f"{contract.source}, cell {task.cells.solution!r}: the release doesn't raise "
                "NotImplementedError, so it may hold the solution.",
                todo="Let the solution stand between ### BEGIN SOLUTION and ### END SOLUTION, and "
                "the raise after it.",
            )


def refuse_syntax_errors(contract: ProblemSet, cells: Iterable[Cell]) -> None:
    """Raise `UserError`, naming cell and line, for the first of the release's that is no Python.

    A magic (`%matplotlib inline`) is as good as Python here.
    """
    for cell in cells:
        if (broken := syntax_error(cell.source)) is not None:
            line = f", {broken.line}" if broken.line else ""
            raise UserError(
                f"{contract.source}, {cell.name}{line}: syntax error: {broken.message}.",
                todo=f"Correct the cell in {contract.text}, then run: "
                "python -m llmcourse.notebooks",
            )


def refuse_failing(contract: ProblemSet) -> None:
    """Raise `UserError`, naming the test, unless the set's own solution passes all its tests."""
    todo = f"Mend it in {contract.text}, then run: python -m llmcourse.notebooks"
    for exercise in exercises(contract):
        cells = {"visible": exercise.task.cells.visible, "hidden": exercise.task.cells.hidden}
        for seed in SEEDS:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    raised = exercise.failures(exercise.solution, seed)
            except Exception as error:  # failures are told, so this is no task's
                raise UserError(
                    f"{contract.source}: a set-up cell raises {_in_words(error)}", todo=todo
                ) from None
            for kind, error in raised.items():
                raise UserError(
                    f"{contract.source}, cell {cells[kind]!r}: the set's own solution fails this "
                    f"test: {_in_words(error)}",
                    todo=todo,
                )


def _in_words(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"
