"""The contract of a set: what it says, and what is refused with file, task and field."""

import json
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.tasks import problem_sets, read_set, refuse_disagreement

ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(root) -> Path:
    return root / "solutions" / "1-tiny"


def test_a_contract_is_read_into_records(folder, root):
    assert problem_sets(root) == [folder]
    found = read_set(folder)
    assert (found.step, found.points, found.data) == ("1-tiny", 5, ("words.txt",))
    double, first = found.tasks
    assert (double.id, double.points, double.cells.hidden) == ("double", 3, "double-hidden")
    assert double.misconceptions[0].message == "Add it to itself"
    assert (first.mygpt[0].module, first.mygpt[0].name) == ("words", "first")
    assert found.source == folder / "1-tiny.ipynb"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "Double"\n', "", "task 1 (double): title is missing"),
        ('id = "double"\n', "", "task 1: id is missing"),
        ("minutes = 5", 'minutes = "5"', "task 1 (double): minutes is '5'"),
        ("minutes = 5", "minutes = -5", "task 1 (double): minutes is -5"),
        ("minutes = 5", "minutes = true", "task 1 (double): minutes is True"),
        ("minutes = 5", "minute = 5", "task 1 (double): minutes is missing"),
        ("forbidden = []", "forbidden = []\nnote = 1", "task 1 (double): there is no field 'note'"),
        ("points = 3", "points = 4", "points is 4, but visible + hidden is 3"),
        ("difficulty = 1", "difficulty = 4", "difficulty is 4"),
        ("number = 2", "number = 3", "task 2 (first): its number is 3"),
        ('visible = "first-visible"', 'visible = "double"', "two cells are called 'double'"),
        (', hidden = "first-hidden"', "", "task 2 (first), cells: hidden is missing"),
        ('hidden = "first-hidden"', 'hiden = "x"', "task 2 (first), cells: hidden is missing"),
        ('signature = ["double(x)"]', 'signature = "double(x)"', "signature is 'double(x)'"),
        ('name = "square", ', "", "task 1 (double), misconceptions: name is missing"),
        ('mygpt = [{ module = "words"', 'mygpt = [{ modul = "words"', "mygpt: module is missing"),
        ('step = "1-tiny"', 'step = "2-tiny"', "step is '2-tiny'"),
        ('title = "Tiny"', "title = ''", "title is ''"),
        ("[[task]]", "[[tasks]]", "task is missing"),
        ("number = 1", "number =", "is no TOML"),
    ],
)
def test_a_wrong_contract_is_refused_by_name(folder, old, new, said):
    path = folder / "tasks.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new) if old == "[[task]]" else text.replace(old, new, 1))
    with pytest.raises(UserError) as error:
        read_set(folder)
    assert str(path) in error.value.wrong
    assert said in error.value.wrong
    assert error.value.todo


def test_a_folder_without_a_contract_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"tasks\.toml can't be read: No such file"):
        read_set(tmp_path)


def cells_of(folder: Path) -> list[dict]:
    return json.loads((folder / "1-tiny.ipynb").read_text())["cells"]


def test_a_notebook_that_keeps_the_contract_is_accepted(folder):
    assert refuse_disagreement(read_set(folder), cells_of(folder)) is None


@pytest.mark.parametrize(
    ("cell", "change", "said"),
    [
        ("double-visible", {"points": 3}, "points is 3, but tasks.toml says 2"),
        ("double-hidden", {"points": 2}, "points is 2, but tasks.toml says 1"),
        ("first", {"solution": False, "grade": True}, "solution is False"),
        ("first-visible", {"grade_id": "frist"}, "has no cell 'first-visible'"),
        ("double", {"grade": True, "points": 1}, "grade is True, but tasks.toml says False"),
    ],
)
def test_a_notebook_that_says_something_else_is_refused(folder, cell, change, said):
    cells = cells_of(folder)
    marks = [c["metadata"]["nbgrader"] for c in cells if "nbgrader" in c["metadata"]]
    next(mark for mark in marks if mark["grade_id"] == cell).update(change)
    with pytest.raises(UserError) as error:
        refuse_disagreement(read_set(folder), cells)
    assert said in error.value.wrong


def test_a_test_that_no_task_names_is_refused(folder):
    cells = cells_of(folder)
    extra = {"grade_id": "bonus", "grade": True, "solution": False, "points": 9}
    cells.append({"metadata": {"nbgrader": extra}})
    with pytest.raises(UserError, match="'bonus' is of no task"):
        refuse_disagreement(read_set(folder), cells)


@pytest.mark.parametrize("folder", problem_sets(ROOT), ids=lambda folder: folder.name)
def test_the_sets_of_the_repository_keep_their_contracts(folder):
    contract = read_set(folder)
    refuse_disagreement(contract, json.loads(contract.source.read_text())["cells"])
    text = (folder / contract.text).read_text()
    for task in contract.tasks:
        assert f"### Task {task.number} · {task.title}" in text
        assert (ROOT / task.page).is_file()
