"""A check: what passes, what doesn't yet, what is an error, and what can't be run at all."""

import re
import sys

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.notebook.reading import read
from llmcourse.grading.self_check import kernel
from llmcourse.grading.self_check.check import CHANGED, UNKNOWN, TaskResult, check
from llmcourse.sandbox.limits import GONE, TOO_LONG, Limits
from tests.grading.conftest import SOLVED


def test_the_empty_release_passes_nothing_and_is_not_touched(learner):
    before = learner.path.read_bytes(), sorted(learner.path.parent.iterdir())
    found = check(learner.path)
    assert not found.passed
    assert found.tasks == (
        TaskResult("Task 1 · Double", 2.0, 1.0, "not started", id="double"),
        TaskResult("Task 2 · First", 1.0, 1.0, "not started", id="first"),
    )
    assert found.stumbles == found.warnings == ()
    assert (learner.path.read_bytes(), sorted(learner.path.parent.iterdir())) == before


def test_right_solutions_pass_and_progress_is_told(learner):
    learner.write(**SOLVED).add("%config InlineBackend.figure_format = 'retina'\nawait_me = 1")
    steps = []
    found = check(learner.path, on_progress=lambda done, of: steps.append((done, of)))
    assert found.passed
    assert found.warnings == ()
    assert [task.state for task in found.tasks] == ["passed", "passed"]
    cells = len(found.notebook.cells)
    assert steps == [(done, cells) for done in range(cells + 1)]


def test_a_wrong_answer_an_error_and_a_bare_assertion_are_told_apart(learner):
    learner.write(
        **{
            "double": "def double(x):\n    return x * x",
            "first": "def first(words):\n    return words + 1",
        }
    ).add("undefined_name")
    double, first = (found := check(learner.path)).tasks
    assert double.state == "not yet"
    assert double.message.startswith("double(3) is wrong: got 9, expected 6.")
    assert "Add it to itself." in double.message
    assert first.state == "error"
    assert first.message.startswith("TypeError: can only concatenate list")
    assert first.message.endswith(", in: return words + 1")
    assert (first.points, first.hidden) == (1, 1)
    assert len(found.stumbles) == 1
    assert found.stumbles[0].endswith(
        "NameError: name 'undefined_name' is not defined, in: undefined_name"
    )

    learner.write(first="def first(words):\n    assert 1 + 1 == 3")
    assert check(learner.path).tasks[1].message == "this does not hold: assert 1 + 1 == 3"


@pytest.mark.parametrize(
    ("test", "source"),
    [
        ("double-visible", ""),
        ("double-visible", "# close(call(double, 3), 6)\n"),
        ("double-visible", "double(3)"),
        ("double-hidden", "assert True"),
    ],
)
def test_a_test_that_was_altered_is_no_pass(learner, test, source):
    learner.write(**SOLVED, **{test: source})
    double, first = (found := check(learner.path)).tasks
    assert double == TaskResult("Task 1 · Double", 2.0, 1.0, "test changed", CHANGED, "double")
    assert first.state == "passed"
    assert not found.passed


@pytest.mark.parametrize("tests", [["double-visible"], ["double-hidden", "double-visible"]])
def test_a_test_that_was_deleted_is_no_pass(learner, tests):
    double, first = check(learner.write(**SOLVED).delete(*tests).path).tasks
    assert double == TaskResult("Task 1 · Double", 2.0, 1.0, "test changed", CHANGED, "double")
    assert first.state == "passed"


def test_a_test_that_is_no_test_any_more_was_changed(learner):
    learner.write(**SOLVED)
    for cell in learner.notebook["cells"]:
        if cell["id"] == "double-visible":
            cell["metadata"] = {}
    tasks = check(learner.save().path).tasks
    assert [task.state for task in tasks] == ["test changed", "passed"]


def test_an_easier_copy_beside_a_test_changes_it_and_points_are_those_of_the_release(learner):
    learner.write(**SOLVED)
    cells = learner.notebook["cells"]
    test = next(cell for cell in cells if cell["id"] == "double-visible")
    cells.append(test | {"id": "copy", "source": "assert True"})
    first = next(cell for cell in cells if cell["id"] == "first-visible")
    first["metadata"]["nbgrader"]["points"] = 100
    tasks = check(learner.save().path).tasks
    assert [(task.state, task.points) for task in tasks] == [("test changed", 2), ("passed", 1)]


def test_a_test_that_the_release_does_not_have_is_no_task(learner):
    learner.write(**SOLVED).add("1 / 0")
    marks = {"grade": True, "solution": False, "grade_id": "bonus", "points": 50}
    learner.notebook["cells"][-1]["metadata"] = {"nbgrader": marks}
    found = check(learner.save().path)
    assert [task.points for task in found.tasks] == [2, 1]
    assert found.passed
    assert "(bonus): ZeroDivisionError" in found.stumbles[0]


def test_what_programs_do_to_a_notebook_when_they_save_it_changes_no_test(learner):
    learner.write(**SOLVED)
    for cell in learner.notebook["cells"]:
        cell.pop("id")
        lines = "".join(cell["source"]).split("\n")
        cell["source"] = "".join(f"{line} \r\n" for line in lines)
    learner.notebook["metadata"]["colab"] = {"provenance": []}
    found = check(learner.save().path)
    assert found.passed
    assert found.warnings == ()


def test_a_notebook_that_lost_what_the_release_said_is_checked_as_it_is(learner):
    learner.write(**SOLVED).notebook["metadata"].clear()
    found = check(learner.save().path)
    assert found.warnings == (UNKNOWN,)
    assert found.tasks == (
        TaskResult("Task 1 · Double", 2.0, 1.0, "passed", id="double"),
        TaskResult("Task 2 · First", 1.0, 1.0, "passed", id="first"),
    )


@pytest.mark.parametrize("setup", [None, "", "1 / 0"])
def test_a_setup_cell_that_is_not_there_is_said_once(learner, setup):
    learner.write(**SOLVED).add("close(1, 1)")
    found = check((learner.delete("setup") if setup is None else learner.write(setup=setup)).path)
    assert [(task.state, task.message) for task in found.tasks] == [("no setup", "")] * 2
    assert len(found.stumbles) == (1 if setup else 0)  # the error that the learner made there
    assert all("ZeroDivisionError" in stumble for stumble in found.stumbles)
    assert found.warnings == (
        "The setup cell (setup) was changed or deleted, and the tests rest on it. The tests miss "
        "close. Fetch a fresh notebook and copy your solutions over.",
    )


def test_a_setup_cell_that_was_changed_is_said_where_all_pass_too(learner):
    kind = "def call(function, *given): pass\n\n\ndef close(*given, **more): pass"
    (warning,) = (found := check(learner.write(setup=kind).path)).warnings
    assert found.passed
    assert warning.startswith("The setup cell (setup) was changed or deleted")
    assert "miss" not in warning


def test_a_setup_cell_that_comes_too_late_is_said_once(learner):
    cells = learner.write(**SOLVED).notebook["cells"]
    cells.append(cells.pop(next(i for i, cell in enumerate(cells) if cell["id"] == "setup")))
    found = check(learner.save().path)
    assert [task.state for task in found.tasks] == ["no setup"] * 2
    assert found.warnings[0].startswith("The setup cell defines close, but the tests don't find it")
    del learner.notebook["metadata"]["llmcourse"]
    again = check(learner.save().path)
    assert again.warnings == (*found.warnings, UNKNOWN)


def test_a_setup_cell_that_raised_is_the_cause(learner, tmp_path):
    package = learner.path.parent / "llmcourse.py"  # what an import finds first, and it is another
    package.write_text("")
    found = check(learner.write(**SOLVED).path)
    assert [task.state for task in found.tasks] == ["no setup"] * 2
    assert found.stumbles == ()
    (warning,) = found.warnings
    assert "(setup), raised ModuleNotFoundError: No module named 'llmcourse.checking'" in warning
    assert warning.endswith("The tests miss close. Mend that first.")


def test_a_name_that_the_learner_forgot_is_the_learners_own_error(learner):
    learner.write(double="def double(x):\n    return x * factor")
    found = check(learner.path)
    assert found.tasks[0].state == "error"
    assert "name 'factor' is not defined" in found.tasks[0].message
    assert found.warnings == ()


def test_the_kernel_is_of_this_python_and_works_in_the_notebooks_folder(
    learner, monkeypatch, tmp_path
):
    another = tmp_path / "kernels" / "python3" / "kernel.json"
    another.parent.mkdir(parents=True)
    another.write_text(
        '{"argv": ["false"], "display_name": "Another Python", "language": "python"}'
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    (learner.path.parent / "words.txt").write_text("the bank")
    learner.write(
        first="import sys\n"
        "def first(words):\n"
        f"    assert sys.executable == {sys.executable!r}\n"
        "    return open('words.txt').read().split()[0]"
    )
    assert check(learner.path).tasks[1].state == "passed"


ENDLESS = "def double(x):\n    while True:\n        x += 1"


def name_of(learner, grade_id: str) -> str:
    """How a message names a cell: by file, number and grade_id."""
    cell = next(cell for cell in read(learner.path).cells if cell.grade_id == grade_id)
    return f"{learner.path}, {cell.name}"


@pytest.mark.parametrize(
    ("source", "cell"),
    [(ENDLESS, "double-visible"), ("while True: pass", "double")],
)
def test_an_endless_cell_costs_its_own_task_and_is_named(learner, source, cell):
    learner.write(**SOLVED | {"double": source})
    double, first = (found := check(learner.path, limits=Limits(cell=1))).tasks
    assert (double.state, double.message) == ("stopped", TOO_LONG)
    assert first.state == "passed"
    (warning,) = found.warnings
    assert warning.startswith(f"{name_of(learner, cell)}: {TOO_LONG}")
    assert "--timeout" in warning
    assert found.stumbles == ()


def test_after_an_endless_cell_the_others_find_what_was_defined_before(learner):
    cells = learner.write(double=ENDLESS, first="def first(words):\n    return helper(words)")
    cells.notebook["cells"].insert(0, dict(cells.notebook["cells"][-1], id="mine", metadata={}))
    cells.notebook["cells"][0]["source"] = "def helper(words):\n    return (*words, None)[0]"
    double, first = check(cells.save().path, limits=Limits(cell=1)).tasks
    assert (double.state, first.state) == ("stopped", "passed")


def test_a_notebook_has_so_much_time_in_all_as_in_the_grader(learner):
    slow = "import time\ntime.sleep(1)\n"
    learner.write(**{name: slow + source for name, source in SOLVED.items()})
    double, first = check(learner.path, limits=Limits(wall=1.5, cell=1.2)).tasks
    assert double.state == "passed"
    assert first.state == "stopped"


def test_a_set_up_cell_that_does_not_end_stops_the_check(learner, monkeypatch):
    monkeypatch.setattr(kernel, "START", 1)
    learner.write(setup="while True: pass")
    where = re.escape(name_of(learner, "setup"))
    with pytest.raises(UserError, match=f"{where}, the set-up that all tests need"):
        check(learner.path, limits=Limits(cell=1))


def test_a_cell_that_ends_the_kernel_costs_its_own_task_and_is_named(learner):
    learner.write(**SOLVED | {"double": "import os\nos._exit(3)"})
    double, first = (found := check(learner.path)).tasks
    assert (double.state, double.message) == ("stopped", GONE)
    assert first.state == "passed"
    assert found.warnings[0].startswith(f"{name_of(learner, 'double')}: {GONE}")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def double(x)\n    return 2 * x", 1),
        ("def double(x):\n    return (2 * x", 2),
        ("def double(x):\nreturn 2 * x", 2),
        ("x = 1\nreturn x", 2),
    ],
)
def test_a_syntax_error_costs_its_own_task_and_is_named(learner, source, line):
    learner.write(**SOLVED | {"double": source})
    double, first = (found := check(learner.path)).tasks
    assert double.state == "error"
    assert double.message.startswith("Python can't read this cell: ")
    assert double.message.endswith(f" (line {line}).")
    assert first.state == "passed"
    (warning,) = found.warnings
    assert warning.startswith(f"{name_of(learner, 'double')}, line {line}: syntax error: ")
    assert found.stumbles == ()


@pytest.mark.parametrize(
    "clash",
    [
        "def close(*_): return 1",
        "call = None",
        "import math as close",
        "class call: pass",
        "del close",
    ],
)
def test_a_name_that_tests_use_is_the_tests_own(learner, clash):
    learner.write(double=f"{SOLVED['double']}\n{clash}", first=SOLVED["first"])
    assert [task.state for task in check(learner.path).tasks] == ["passed", "passed"]


def test_what_a_test_defines_is_not_there_for_the_learner(learner):
    cells = learner.write(**SOLVED).notebook["cells"]
    test = next(cell for cell in cells if cell["id"] == "double-visible")
    test["source"] = "left_over = 1"
    learner.write(first="def first(words):\n    return words[left_over - 1]")
    first = check(learner.path).tasks[1]
    assert first.state == "error"
    assert "name 'left_over' is not defined" in first.message


def test_a_notebook_that_lost_its_names_finds_what_the_learner_defines(learner):
    learner.write(**SOLVED)
    for task in learner.notebook["metadata"]["llmcourse"]["tasks"]:
        del task["names"]
    found = check(learner.save().path)
    assert found.passed
    assert found.warnings == ()


@pytest.mark.parametrize("missing", ["ipykernel", "nbclient", "nbformat"])
def test_without_a_kernel_the_file_and_the_remedy_are_named(learner, monkeypatch, missing):
    loaded = [name for name in sys.modules if name == missing or name.startswith(f"{missing}.")]
    for name in {missing, *loaded}:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(UserError, match="no Jupyter kernel is installed here") as error:
        check(learner.path)
    assert str(learner.path) in error.value.wrong
    assert "pip install" in error.value.todo


def test_a_kernel_that_does_not_start_is_told(learner, monkeypatch):
    import ipykernel.kernelspec

    spec = ipykernel.kernelspec.get_kernel_dict() | {"argv": [sys.executable, "-c", "exit(3)"]}
    monkeypatch.setattr(ipykernel.kernelspec, "get_kernel_dict", lambda *_: spec)
    with pytest.raises(UserError, match="the Jupyter kernel did not start"):
        check(learner.path)


def test_checking_loads_no_nbgrader_and_no_torch():
    import subprocess

    script = "from llmcourse.grading.self_check import check, kernel, progress\n"
    script += (
        "import sys; print([m for m in ('nbgrader', 'torch', 'nbclient') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_import_that_the_set_does_not_allow_is_said_before_it_is_graded(learner):
    found = check(learner.write(**SOLVED | {"double": "import torch\n" + SOLVED["double"]}).path)
    (double, first) = found.tasks
    assert double.state == "not allowed"
    assert "torch" in double.message
    assert first.state == "passed"
    assert not found.passed
