"""A notebook as it lies on a disk: what is read of it, and what is refused by file and cell."""

import json

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.notebook.hashes import fingerprint
from llmcourse.grading.notebook.reading import read


def test_tests_are_found_by_their_task(learner):
    notebook = read(learner.path)
    assert list(notebook.tasks()) == ["Task 1 · Double", "Task 2 · First"]
    visible, hidden = notebook.tasks()["Task 1 · Double"]
    assert (visible.grade_id, visible.points, visible.is_hidden) == ("double-visible", 2, False)
    assert (hidden.grade_id, hidden.points, hidden.is_hidden) == ("double-hidden", 1, True)
    assert visible.name == f"cell {visible.index + 1} (double-visible)"


def test_sources_may_be_lists_of_lines(learner):
    whole = read(learner.path)
    for cell in learner.notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    learner.save()
    assert read(learner.path).cells == whole.cells


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"PK\x03\x04\xff", "is not a notebook: it holds no JSON"),
        (b'{"cells": [', "is not a notebook: it holds no JSON"),
        (b"[]", "has no list of cells"),
        (b'{"worksheets": []}', "has no list of cells"),
        (b'{"cells": [7]}', "cell 1: this is not a notebook's cell"),
        (b'{"cells": [{"cell_type": "code"}]}', "cell 1: this is not a notebook's cell"),
        (b'{"cells": [{"cell_type": "code", "source": 7}]}', "cell 1: this is not"),
        (b'{"cells": []}', "has no tests"),
    ],
)
def test_what_is_no_problem_set_is_refused(tmp_path, content, said):
    path = tmp_path / "mine.ipynb"
    path.write_bytes(content)
    with pytest.raises(UserError) as error:
        read(path)
    assert str(path) in error.value.wrong
    assert said in error.value.wrong
    assert error.value.todo


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(UserError, match="There is no file"):
        read(tmp_path / "nowhere.ipynb")
    with pytest.raises(UserError, match="can't be read"):
        read(tmp_path)


def test_a_set_whose_tests_were_deleted_is_refused(learner):
    cells = learner.notebook["cells"]
    learner.notebook["cells"] = [c for c in cells if "nbgrader" not in c["metadata"]]
    learner.save()
    with pytest.raises(UserError, match="has no tests"):
        read(learner.path)


def test_the_release_tells_its_tests_and_setup_cells(learner):
    original = read(learner.path).original
    assert original.step == "1-tiny"
    assert [(task.id, task.title) for task in original.tasks] == [
        ("double", "Task 1 · Double"),
        ("first", "Task 2 · First"),
    ]
    visible, hidden = original.tasks[0].tests
    assert (visible.grade_id, visible.points, visible.hidden) == ("double-visible", 2, False)
    assert (hidden.grade_id, hidden.points, hidden.hidden) == ("double-hidden", 1, True)
    (setup,) = original.setup
    assert (setup.grade_id, setup.names) == ("setup", ("call", "close"))
    sources = {cell.grade_id: cell.source for cell in read(learner.path).cells}
    assert visible.sha256 == fingerprint(sources["double-visible"])
    assert setup.sha256 == fingerprint(sources["setup"])


@pytest.mark.parametrize(
    "lose",
    [
        lambda metadata: metadata.pop("llmcourse"),
        lambda metadata: metadata.update(llmcourse=None),
        lambda metadata: metadata["llmcourse"].pop("tasks"),
        lambda metadata: metadata["llmcourse"].pop("setup"),
        lambda metadata: metadata["llmcourse"].update(tasks=[7]),
        lambda metadata: metadata["llmcourse"]["tasks"][0]["tests"][0].update(points="many"),
    ],
)
def test_what_a_program_lost_of_the_release_is_not_guessed(learner, lose):
    lose(learner.notebook["metadata"])
    notebook = read(learner.save().path)
    assert notebook.original is None
    assert [(task.id, task.title, task.points, task.hidden) for task in notebook.exercises()] == [
        ("double", "Task 1 · Double", 2, 1),
        ("first", "Task 2 · First", 1, 1),
    ]


@pytest.mark.parametrize("same", ["a:\r\n  b\r\n", "a: \n  b\t", "\n\na:\n  b\n\n", "a:\r  b"])
def test_a_fingerprint_outlives_the_ends_of_lines(same):
    assert fingerprint(same) == fingerprint("a:\n  b")


@pytest.mark.parametrize("other", ["a:\nb", "a:\n\n  b", "a: b", "a:\n  B", "", "  a:\n  b"])
def test_a_fingerprint_sees_everything_else(other):
    assert fingerprint(other) != fingerprint("a:\n  b")


def test_points_that_are_no_number_are_refused(learner):
    cell = next(c for c in learner.notebook["cells"] if "nbgrader" in c["metadata"])
    cell["metadata"]["nbgrader"] |= {"grade": True, "solution": False, "points": "many"}
    number = learner.notebook["cells"].index(cell) + 1
    learner.save()
    with pytest.raises(UserError, match=rf"cell {number}: this is not a notebook's cell"):
        read(learner.path)


def test_colabs_additions_do_no_harm(learner):
    content = json.loads(learner.path.read_text())
    content["nbformat_minor"] = 0
    content["metadata"]["colab"] = {"provenance": []}
    for cell in content["cells"]:
        cell.pop("id")
    learner.path.write_text(json.dumps(content))
    assert len(read(learner.path).tasks()) == 2
