"""The proof of a set's graders: what must fail fails, what is right passes, nothing earns nothing.

    python -m llmcourse.grading.prove 3-decoding

For each task the set's own text is run, cell by cell in one namespace: its set-up, a solution, then
the task's visible and its hidden tests. The solutions are the reference in the text, the empty
release, and the cases in `<cases>/<step>/<task>/{wrong,right}/`. A wrong one says in its first line
what its learner must read, and in its second which tests it fails first. All of it runs in this
process, where torch is loaded once, because a case is ours. Left out: code that nobody trusts.
"""

import contextlib
import dataclasses
import io
import json as json_module
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from llmcourse.command import run
from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.forbidden import is_method, refuse
from llmcourse.grading.tasks import ProblemSet, Task, problem_sets, read_set

CASES = Path("tests") / "grading" / "cases"
SEEDS = ("0", "another attempt")
LEAST_WRONG, LEAST_RIGHT = 3, 2

Kind = Literal["wrong", "right"]


@dataclass(frozen=True)
class Exercise:
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


@dataclass(frozen=True)
class Case:
    """A solution as data, and what is known of it."""

    exercise: Exercise
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


def exercises(contract: ProblemSet) -> list[Exercise]:
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
) -> Exercise:
    for name in dataclasses.astuple(task.cells):
        if name not in cells:
            raise UserError(
                f"{path} has no cell {name!r}, which the contract names for task {task.id}.",
                todo="Add the cell, or correct tasks.toml.",
            )
    return Exercise(
        step=contract.step,
        task=task,
        imports=contract.imports,
        setup=setup,
        heading=cells[task.cells.solution][1],
        solution=cells[task.cells.solution][0],
        visible=cells[task.cells.visible][0],
        hidden=cells[task.cells.hidden][0],
    )


def cases(exercise: Exercise, kind: Kind, folder: Path) -> list[Case]:
    """The wrong or the right solutions of a task that lie in `folder`."""
    place = folder / exercise.step / exercise.task.id / kind
    return [Case(exercise, path) for path in sorted(place.glob("*.py"))]


def prove(exercise: Exercise, folder: Path, on_case: Callable[[], None] = lambda: None) -> Proof:
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


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog="Example: python -m llmcourse.grading.prove 3-decoding --json proof.json")
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
    found = [one for path in _folders(root, step) for one in exercises(read_set(path))]
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
    _show(proofs, seconds)
    if json:
        with replacing(json) as temporary:
            temporary.write_text(_as_json(proofs, seconds), encoding="utf-8")
    if any(proof.problems for several in proofs.values() for proof in several):
        raise typer.Exit(1)


def _folders(root: Path, step: str | None) -> list[Path]:
    known = problem_sets(root)
    chosen = [path for path in known if step in (None, path.name)]
    if not chosen:
        names = ", ".join(path.name for path in known)
        raise UserError(
            f"There is no problem set {step!r} in {root / 'solutions'}."
            if step
            else f"There is no problem set in {root / 'solutions'}.",
            todo=f"Give one of these: {names}." if known else "Give the repository as --root.",
        )
    return chosen


def _show(proofs: Mapping[str, Sequence[Proof]], seconds: float) -> None:
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


def _as_json(proofs: Mapping[str, Sequence[Proof]], seconds: float) -> str:
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
    return json_module.dumps({"sets": sets} | total, ensure_ascii=False, indent=1) + "\n"


_FIELDS = [field.name for field in dataclasses.fields(Proof) if field.name != "task"]


if __name__ == "__main__":
    run(app)
