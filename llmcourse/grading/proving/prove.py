"""The proof of a set's graders: what must fail fails, what is right passes, nothing earns nothing.

    python -m llmcourse.grading.proving.prove 3-decoding

For each task the set's own text is run, cell by cell in one namespace: its set-up, a solution, then
the task's visible and its hidden tests. The solutions are the reference in the text, the empty
release, and the cases in `<cases>/<step>/<task>/{wrong,right}/`. A wrong one says in its first line
what its learner must read, and in its second which tests it fails first. `trial` runs them, `proof`
shows what came of it. Left out: code that nobody trusts.
"""

import contextlib
import io
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from llmcourse.command import run
from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.problem_sets.named import set_folders
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.problem_sets.trial import SEEDS, TaskCells, exercises
from llmcourse.grading.proving.proof import Proof, as_json, show
from llmcourse.grading.rules.forbidden import is_method, refuse

CASES = Path("tests") / "grading" / "cases"
LEAST_WRONG, LEAST_RIGHT = 3, 2

Kind = Literal["wrong", "right"]


@dataclass(frozen=True)
class Case:
    """A solution as data, and what is known of it."""

    exercise: TaskCells
    path: Path

    def __str__(self) -> str:
        return f"{self.exercise}/{self.path.stem}"

    @property
    def source(self) -> str:
        """The learner's cell."""
        return self.path.read_text(encoding="utf-8")

    @property
    def expect(self) -> str:
        """Of a wrong one: a part of the message that its learner must read."""
        return self._header(0, "expect")

    @property
    def loses(self) -> str:
        """Of a wrong one: the tests that it fails first, "visible" or "hidden"."""
        return self._header(1, "loses")

    def _header(self, line: int, name: str) -> str:
        lines = self.source.splitlines()
        label, _, value = lines[line].partition(": ") if line < len(lines) else ("", "", "")
        if label != f"# {name}" or not value:
            raise UserError(
                f"{self.path}, line {line + 1}: it doesn't say `# {name}: …`.",
                todo="A wrong solution begins with two lines: `# expect: ` and a part of the "
                "message, `# loses: ` and visible or hidden.",
            )
        return value


def cases(exercise: TaskCells, kind: Kind, folder: Path) -> list[Case]:
    """The wrong or the right solutions of a task that lie in `folder`."""
    place = folder / exercise.step / exercise.task.id / kind
    return [Case(exercise, path) for path in sorted(place.glob("*.py"))]


def prove(exercise: TaskCells, folder: Path, on_case: Callable[[], None] = lambda: None) -> Proof:
    """Try every case of a task; `on_case` is called after each."""
    task, problems = exercise.task, []

    def tried(source: str) -> list[dict[str, Exception]]:
        with contextlib.redirect_stdout(io.StringIO()):
            raised = [exercise.failures(source, seed) for seed in SEEDS]
        on_case()
        return raised

    empty = max(exercise.points(raised) for raised in tried(exercise.empty))
    if empty:
        problems.append(f"the empty release earns {empty} of {task.points} points")
    killed, wrong = 0, cases(exercise, "wrong", folder)
    for case in wrong:
        found = [why for raised in tried(case.source) if (why := _survives(case, raised))]
        killed += not found
        problems += found[:1]
    passed, right = 0, cases(exercise, "right", folder)
    for name, source in [
        ("the reference", exercise.solution),
        *((case.path.stem, case.source) for case in right),
    ]:
        found = [why for raised in tried(source) if (why := _fails(name, raised))]
        if why := refuse(source, task.forbidden, exercise.imports):
            found.append(f"{name} is right, but not allowed: {why}")
        passed += not found
        problems += found[:1]
    refused = 0
    for name in task.forbidden:
        through = [
            way for way in spellings(name) if not refuse(way, task.forbidden, exercise.imports)
        ]
        refused += not through
        problems += [f"{name} is forbidden, but not refused in {way!r}" for way in through]
    if len(wrong) < LEAST_WRONG:
        problems.append(f"it has {len(wrong)} wrong solutions; {LEAST_WRONG} at least are needed")
    if len(right) < LEAST_RIGHT:
        problems.append(
            f"it has {len(right)} right solutions besides the reference; {LEAST_RIGHT} at least "
            "are needed"
        )
    return Proof(
        task=task,
        empty=empty,
        wrong=len(wrong),
        killed=killed,
        right=len(right) + 1,
        passed=passed,
        forbidden=len(task.forbidden),
        refused=refused,
        problems=tuple(problems),
    )


def _survives(case: Case, raised: Mapping[str, Exception]) -> str:
    """Why a wrong solution is not caught as it must be, or nothing."""
    first = next(iter(raised), None)
    if first is None:
        return f"{case.path.stem} is wrong, and passes all tests"
    if first != case.loses:
        return f"{case.path.stem} fails the {first} tests first; its file says {case.loses}"
    if case.expect not in str(raised[first]):
        return f"{case.path.stem} fails, but its learner reads: {_one_line(raised[first])}"
    return ""


def _fails(name: str, raised: Mapping[str, Exception]) -> str:
    """Why a right solution does not pass, or nothing."""
    for kind, error in raised.items():
        return f"{name} is right, but fails the {kind} tests: {_one_line(error)}"
    return ""


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def spellings(name: str) -> list[str]:
    """Sources that use what the contract calls `name`, each written in another way.

    >>> spellings("Tensor.softmax")
    ['given().softmax', 'getattr(given(), "softmax")']
    """
    owner, _, leaf = name.rpartition(".")
    if not owner:
        return [leaf, f"f = {leaf}"]
    if is_method(name):
        return [f"given().{leaf}", f'getattr(given(), "{leaf}")']
    return [
        f"import {owner}\n{name}",
        f"import {owner} as m\nm.{leaf}",
        f"from {owner} import {leaf} as f\nf",
        f"import {owner}\nm = {owner}\nm.{leaf}",
        f'import {owner}\ngetattr({owner}, "{leaf}")',
    ]


EXAMPLE = "Example: python -m llmcourse.grading.proving.prove 3-decoding --json proof.json"
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=EXAMPLE)
def main(
    step: Annotated[str | None, typer.Argument(help="A folder of solutions/; else all.")] = None,
    root: Annotated[Path, typer.Option(help="The root of the repository.")] = Path(),
    folder: Annotated[
        Path, typer.Option("--cases", help="Where the wrong and right solutions lie, from root.")
    ] = CASES,
    json: Annotated[Path | None, typer.Option(help="Also write the proof to this file.")] = None,
) -> None:
    """Prove the graders: wrong solutions lose their points, right ones keep them, nothing gets 0.

    Exit status 1 where something is not as it must be.
    """
    from rich.console import Console
    from rich.progress import Progress

    os.environ.setdefault("OMP_NUM_THREADS", "1")  # tensors this small lose time to a second thread
    started = time.perf_counter()
    found = [one for path in set_folders(root, step) for one in exercises(read_set(path))]
    count = sum(
        2 + len(cases(one, "wrong", root / folder)) + len(cases(one, "right", root / folder))
        for one in found
    )
    proofs: dict[str, list[Proof]] = {}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("loading", total=count)
        for one in found:
            progress.update(bar, description=str(one))
            proof = prove(one, root / folder, lambda: progress.advance(bar))
            proofs.setdefault(one.step, []).append(proof)
    seconds = time.perf_counter() - started
    show(proofs, seconds)
    if json:
        with replacing(json) as temporary:
            temporary.write_text(as_json(proofs, seconds), encoding="utf-8")
    if any(proof.problems for several in proofs.values() for proof in several):
        raise typer.Exit(1)


if __name__ == "__main__":
    run(app)
