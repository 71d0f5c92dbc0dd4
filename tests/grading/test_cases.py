"""Graders are proven: a known mistake loses points and is named, a right solution keeps them all.

Each set's own text is run here, cell by cell in one namespace: its set-up, a solution for one task,
then the task's visible and its hidden tests. The solutions are the reference in the text, the empty
release, and the cases in `cases/<step>/<task>/{wrong,right}/`. A wrong one says in its first line
what its learner must read, and in its second which tests it fails first.
"""

import ast
import os
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jupytext
import pytest
import torch

from llmcourse.checking import Mismatch

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"
SEEDS = ["0", "another attempt"]


@dataclass(frozen=True)
class Task:
    """One task of a set, with the cells of the text that belong to it."""

    step: str
    contract: dict
    imports: tuple[str, ...]
    setup: str
    heading: str
    solution: str
    visible: str
    hidden: str

    def __str__(self) -> str:
        return f"{self.step}/{self.contract['id']}"

    @property
    def empty(self) -> str:
        """The learner's cell as it is released."""
        region = r"### BEGIN SOLUTION.*?### END SOLUTION"
        return re.sub(region, "# Your code goes here.", self.solution, flags=re.S)

    def failures(self, solution: str) -> dict[str, Exception]:
        """What the tests raise for the source of a solution, under "visible" and "hidden"."""
        namespace = {"__name__": "__main__"}
        exec(compile(self.setup, f"{self} set-up", "exec"), namespace)
        exec(compile(solution, f"{self} solution", "exec"), namespace)
        raised = {}
        for kind in ("visible", "hidden"):
            try:
                exec(compile(getattr(self, kind), f"{self} {kind}", "exec"), namespace)
            except Exception as error:
                raised[kind] = error
        return raised


@cache
def tasks() -> list[Task]:
    """Every task of every set, from the set's own text."""
    found = []
    for path in sorted((ROOT / "solutions").glob("*/tasks.toml")):
        contract = tomllib.loads(path.read_text(encoding="utf-8"))
        text = (path.parent / contract["text"]).read_text(encoding="utf-8")
        cells, headings, setup, above = {}, {}, [], ""
        for cell in jupytext.reads(text, fmt="md:myst").cells:
            if cell.cell_type == "markdown":
                above = cell.source
                continue
            marks = cell.metadata.get("nbgrader", {})
            if marks.get("solution") or marks.get("grade"):
                cells[marks["grade_id"]] = cell.source
                headings[marks["grade_id"]] = above
            else:
                setup.append(cell.source)
        for task in contract["task"]:
            names = task["cells"]
            found.append(
                Task(
                    contract["step"],
                    task,
                    tuple(contract["imports"]),
                    "\n".join(setup),
                    headings[names["solution"]],
                    *(cells[names[kind]] for kind in ("solution", "visible", "hidden")),
                )
            )
    return found


@dataclass(frozen=True)
class Case:
    """A solution as data."""

    task: Task
    path: Path

    def __str__(self) -> str:
        return f"{self.task}/{self.path.stem}"

    @property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    def header(self, line: int, name: str) -> str:
        """What stands behind `# name: ` in a line of the head."""
        label, _, value = self.source.splitlines()[line].partition(": ")
        assert label == f"# {name}", self.path
        return value

    @property
    def expect(self) -> str:
        return self.header(0, "expect")

    @property
    def loses(self) -> str:
        return self.header(1, "loses")


def cases(kind: str) -> list[Case]:
    return [
        Case(task, path)
        for task in tasks()
        for path in sorted((CASES / task.step / task.contract["id"] / kind).glob("*.py"))
    ]


@pytest.fixture(autouse=True)
def one_thread():
    """Tensors this small lose time to a second thread."""
    torch.set_num_threads(1)


@pytest.fixture(params=SEEDS)
def seed(request, monkeypatch) -> str:
    """The seed of an attempt."""
    monkeypatch.setenv("LLMCOURSE_SEED", request.param)
    return os.environ["LLMCOURSE_SEED"]


@pytest.mark.parametrize("task", tasks(), ids=str)
def test_the_reference_solution_passes(task, seed):
    assert task.failures(task.solution) == {}


@pytest.mark.parametrize("task", tasks(), ids=str)
def test_the_empty_release_fails_everywhere_and_says_which_task(task):
    raised = task.failures(task.empty)
    assert raised.keys() == {"visible", "hidden"}
    for error in raised.values():
        assert isinstance(error, NotImplementedError)
        assert str(error).startswith(f"Task {task.contract['number']}: ")


@pytest.mark.parametrize("case", cases("right"), ids=str)
def test_a_right_solution_passes(case, seed):
    assert case.task.failures(case.source) == {}


@pytest.mark.parametrize("case", cases("wrong"), ids=str)
def test_a_wrong_solution_fails_and_the_message_names_the_mistake(case, seed):
    raised = case.task.failures(case.source)
    assert next(iter(raised), None) == case.loses
    assert case.expect in str(raised[case.loses])
    if case.expect in case.task.visible + case.task.hidden:  # a message of the test, not of a model
        assert isinstance(raised[case.loses], Mismatch)


@pytest.mark.parametrize("task", tasks(), ids=str)
def test_the_known_misconceptions_are_cases(task):
    known = {m["name"]: m["message"] for m in task.contract["misconceptions"]}
    wrong = {case.path.stem: case for case in cases("wrong") if case.task == task}
    assert len(known) >= 3
    assert known.keys() <= wrong.keys()
    assert known == {name: wrong[name].expect for name in known}


@pytest.mark.parametrize("task", tasks(), ids=str)
def test_right_solutions_are_different_solutions(task):
    """Two at least besides the reference, no two with the same syntax tree."""
    right = [case.source for case in cases("right") if case.task == task]
    trees = {ast.dump(ast.parse(source)) for source in [task.solution, *right]}
    assert len(trees) == len(right) + 1 >= 3


@pytest.mark.parametrize("task", tasks(), ids=str)
def test_right_solutions_need_nothing_that_is_forbidden(task):
    right = [case.source for case in cases("right") if case.task == task]
    forbidden = {name.rpartition(".")[2] for name in task.contract["forbidden"]}
    for source in [task.solution, *right]:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute):
                assert node.attr not in forbidden
            if isinstance(node, ast.Import):
                assert {alias.name for alias in node.names} <= {*task.imports, "re"}


@pytest.mark.parametrize("task", tasks(), ids=str)
def test_the_text_says_what_the_contract_says(task):
    contract = task.contract
    circles = "●" * contract["difficulty"] + "○" * (3 - contract["difficulty"])
    facts = f"{contract['points']} points · {contract['minutes']} minutes · {circles}"
    lines = task.heading.splitlines()
    heading = lines.index(f"### Task {contract['number']} · {contract['title']}")
    assert lines[heading + 2] == facts
    assert contract["points"] == contract["visible"] + contract["hidden"]
    assert 10 <= contract["minutes"] <= 40
    assert len(re.findall("<details><summary>Hint: ", task.heading)) >= 2
    assert task.heading.count("</details>") == task.heading.count("<details>")
    for signature in contract["signature"]:
        assert signature.partition("(")[0].rpartition(".")[2] in task.solution
    assert (ROOT / contract["page"]).parent.name == task.step


@pytest.mark.parametrize(
    "path", sorted((ROOT / "solutions").glob("*/tasks.toml")), ids=lambda p: p.parent.name
)
def test_the_text_names_its_title_and_its_points(path):
    contract = tomllib.loads(path.read_text(encoding="utf-8"))
    text = (path.parent / contract["text"]).read_text(encoding="utf-8")
    assert f"\n# {contract['title']}\n" in text
    assert f"\n*{sum(task['points'] for task in contract['task'])} points · " in text


@pytest.mark.parametrize("task", tasks(), ids=str)
def test_only_the_hidden_cell_holds_hidden_tests(task):
    """What is released of it is a comment; and its tests need the set-up cell alone."""
    assert "HIDDEN TESTS" not in task.visible + task.setup
    region = r"### BEGIN HIDDEN TESTS\n.*?\n### END HIDDEN TESTS"
    released = re.sub(region, "", task.hidden, flags=re.S)
    assert all(line.startswith("#") for line in released.split("\n") if line)
    namespace = {"__name__": "__main__"}
    for source in (task.setup, task.solution, task.hidden):
        exec(source, namespace)
