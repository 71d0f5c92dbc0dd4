"""Graders are proven: a known mistake loses points and is named, a right solution keeps them all.

Each set's own text is run here, cell by cell in one namespace: its set-up, a solution for one task,
then the task's visible and its hidden tests. The solutions are the reference in the text, the empty
release, and the cases in `cases/<step>/<task>/{wrong,right}/`. A wrong one says in its first line
what its learner must read, and in its second which tests it fails first.
"""

import ast
import re
import sys
from functools import cache
from pathlib import Path

import pytest
import torch

from llmcourse.checking import Mismatch
from llmcourse.grading.problem_sets.tasks import ProblemSet, problem_sets, read_set
from llmcourse.grading.proving import prove
from llmcourse.grading.proving.prove import SEEDS, Case, Kind, TaskCells
from llmcourse.grading.rules.forbidden import refuse

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).parents[1] / "cases"


@cache
def sets() -> list[ProblemSet]:
    """Every problem set of the course."""
    return [read_set(folder) for folder in problem_sets(ROOT)]


@cache
def exercises() -> list[TaskCells]:
    """Every task of every set, from the set's own text."""
    return [exercise for contract in sets() for exercise in prove.exercises(contract)]


def cases(kind: Kind) -> list[Case]:
    """The wrong or the right solutions of every task."""
    return [case for exercise in exercises() for case in prove.cases(exercise, kind, CASES)]


@pytest.fixture(autouse=True)
def one_thread():
    """Tensors this small lose time to a second thread."""
    torch.set_num_threads(1)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_the_reference_solution_passes(exercise, seed):
    assert exercise.failures(exercise.solution, seed) == {}


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_the_empty_release_fails_everywhere_and_says_which_task(exercise):
    raised = exercise.failures(exercise.empty)
    assert raised.keys() == {"visible", "hidden"}
    assert exercise.points(raised) == 0
    for error in raised.values():
        assert isinstance(error, NotImplementedError)
        assert str(error).startswith(f"Task {exercise.task.number}: ")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", cases("right"), ids=str)
def test_a_right_solution_passes(case, seed):
    assert case.exercise.failures(case.source, seed) == {}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", cases("wrong"), ids=str)
def test_a_wrong_solution_fails_and_the_message_names_the_mistake(case, seed):
    exercise = case.exercise
    raised = exercise.failures(case.source, seed)
    assert next(iter(raised), None) == case.loses
    assert case.expect in str(raised[case.loses])
    if case.expect in exercise.visible + exercise.hidden:  # a message of the test, not of a model
        assert isinstance(raised[case.loses], Mismatch)


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_the_known_misconceptions_are_cases(exercise):
    known = {mistake.name: mistake.message for mistake in exercise.task.misconceptions}
    wrong = {case.path.stem: case for case in prove.cases(exercise, "wrong", CASES)}
    assert len(known) >= 3
    assert known.keys() <= wrong.keys()
    assert known == {name: wrong[name].expect for name in known}


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_right_solutions_are_different_solutions(exercise):
    """Two at least besides the reference, no two with the same syntax tree."""
    right = [case.source for case in prove.cases(exercise, "right", CASES)]
    trees = {ast.dump(ast.parse(source)) for source in [exercise.solution, *right]}
    assert len(trees) == len(right) + 1 >= 3


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_right_solutions_need_nothing_that_is_forbidden(exercise):
    right = [case.source for case in prove.cases(exercise, "right", CASES)]
    forbidden = {name.rpartition(".")[2] for name in exercise.task.forbidden}
    for source in [exercise.solution, *right]:
        assert refuse(source, exercise.task.forbidden, exercise.imports) is None
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute):
                assert node.attr not in forbidden
            if isinstance(node, ast.Import):
                allowed = {*exercise.imports, *sys.stdlib_module_names}
                assert {alias.name for alias in node.names} <= allowed


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_the_text_says_what_the_contract_says(exercise):
    task = exercise.task
    circles = "●" * task.difficulty + "○" * (3 - task.difficulty)
    facts = f"{task.points} points · {task.minutes} minutes · {circles}"
    lines = exercise.heading.splitlines()
    heading = lines.index(f"### Task {task.number} · {task.title}")
    line, _, read = lines[heading + 2].partition(" · read: ")
    assert line == facts
    assert not read or read.endswith(f"](../../{task.page})")
    assert task.points == task.visible + task.hidden
    assert 10 <= task.minutes <= 60
    assert len(re.findall("<details><summary>Hint: ", exercise.heading)) >= 2
    assert exercise.heading.count("</details>") == exercise.heading.count("<details>")
    for signature in task.signature:
        assert signature.partition("(")[0].rpartition(".")[2] in exercise.solution
    assert (ROOT / task.page).is_file()
    assert task.page.split("/")[1] <= exercise.step  # of this step or an earlier one


@pytest.mark.parametrize("contract", sets(), ids=lambda contract: contract.step)
def test_the_text_names_its_title_and_its_points(contract):
    text = (contract.folder / contract.text).read_text(encoding="utf-8")
    assert f"\n# {contract.title}\n" in text
    assert f"\n*{contract.points} points · " in text


@pytest.mark.parametrize("contract", sets(), ids=lambda contract: contract.step)
def test_the_text_says_what_may_be_imported(contract):
    """Once, above the tasks; and each task that rules out a call says that something is."""
    top, _, _ = (
        (contract.folder / contract.text).read_text(encoding="utf-8").partition("\n### Task")
    )
    (rule,) = (
        part for part in top.split("\n\n") if part.startswith("**What a solution may import")
    )
    assert "standard library" in rule
    for name in contract.imports:
        assert f"`{name}`" in rule or name.startswith("llmcourse.")
    assert not set(contract.imports) & sys.stdlib_module_names
    for exercise in exercises():
        if exercise.task.forbidden:
            assert re.search(r"not\s+allowed", exercise.heading)


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_a_known_mistake_is_named_by_the_test_and_not_by_the_learners_code(exercise):
    """So a grader may pass it on."""
    known = {mistake.name: mistake.message for mistake in exercise.task.misconceptions}
    for case in prove.cases(exercise, "wrong", CASES):
        if case.path.stem in known:
            assert known[case.path.stem] in exercise.failures(case.source)[case.loses].hint


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_only_the_hidden_cell_holds_hidden_tests(exercise):
    """What is released of it is a comment; and its tests need the set-up cell alone."""
    assert "HIDDEN TESTS" not in exercise.visible + exercise.setup
    region = r"### BEGIN HIDDEN TESTS\n.*?\n### END HIDDEN TESTS"
    released = re.sub(region, "", exercise.hidden, flags=re.S)
    assert all(line.startswith("#") for line in released.split("\n") if line)
    namespace = {"__name__": "__main__"}
    for source in (exercise.setup, exercise.solution, exercise.hidden):
        exec(source, namespace)


@pytest.mark.parametrize("exercise", exercises(), ids=str)
def test_the_grader_is_proven(exercise):
    """As `python -m llmcourse.grading.proving.prove` says it."""
    proof = prove.prove(exercise, CASES)
    assert proof.problems == ()
    assert (proof.empty, proof.killed, proof.passed) == (0, proof.wrong, proof.right)
    assert proof.refused == proof.forbidden == len(exercise.task.forbidden)
