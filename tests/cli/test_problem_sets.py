"""The commands for problem sets, as learners and instructors use them."""

import json
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

TESTED = {"grade": True, "solution": False, "locked": True, "schema_version": 3}


def cell(kind: str, source: str, **marks: object) -> dict:
    outputs = {"outputs": [], "execution_count": None} if kind == "code" else {}
    metadata = {"nbgrader": marks} if marks else {}
    return {"cell_type": kind, "source": source, "metadata": metadata, "id": "c", **outputs}


@pytest.fixture
def notebook(tmp_path) -> Path:
    """A set of two tasks whose tests need nothing: the first passes, the second doesn't yet."""
    cells = [
        cell("markdown", "### Task 1 · Add"),
        cell("code", "assert 1 + 1 == 2", **TESTED, grade_id="add", points=2),
        cell("code", "# Tests that you can't see.", **TESTED, grade_id="add-hidden", points=3),
        cell("markdown", "### Task 2 · Multiply"),
        cell(
            "code",
            "assert 2 * 3 == 5, 'got 6, expected 5 [not 6]'",
            **TESTED,
            grade_id="multiply",
            points=4,
        ),
    ]
    path = tmp_path / "exercises" / "1-sums" / "1-sums.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(
        json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    )
    return path


@pytest.fixture
def here(tmp_path, notebook) -> dict[str, str]:
    """A cache of its own: what one test checked is not known to another."""
    return {"LLMCOURSE_CACHE": str(tmp_path / "cache")}


def words(shown: str) -> str:
    """What a command printed, however it broke the lines."""
    return " ".join(shown.split())


def solve(notebook: Path) -> None:
    notebook.write_text(notebook.read_text().replace("2 * 3 == 5", "2 * 3 == 6"))


@pytest.mark.parametrize("command", ["check", "progress", "release", "grade-sample"])
def test_help_ends_in_an_example_that_parses(llmcourse, command):
    shown = llmcourse(command, "--help").stdout
    example = re.search(r"Example: (.+?)\s*\Z", shown, re.S)
    assert example, shown
    assert f"llmcourse {command}" in example[1]


def test_check_prints_a_row_a_task_and_its_status_says_whether_all_pass(llmcourse, notebook, here):
    before = notebook.read_bytes()
    done = llmcourse("check", notebook, **here)
    assert done.returncode == 1, done.stderr
    assert re.search(r"task +┃ visible points ┃ state", done.stdout)
    assert re.search(r"Task 1 · Add +│ +2 │ passed ", done.stdout)
    assert re.search(r"Task 2 · Multiply +│ +4 │ not yet │", done.stdout)
    assert "\nTask 2 · Multiply\ngot 6, expected 5 [not 6]\n" in done.stdout
    assert "\n2 of 6 points by the visible tests\n" in done.stdout
    assert "3 of 9 points are for hidden tests, which only the grader sees" in words(done.stdout)
    assert "has lost what the release says of its tests" in words(done.stdout)
    assert done.stderr == ""
    assert notebook.read_bytes() == before
    solve(notebook)
    done = llmcourse("check", notebook, **here)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 of 6 points" in done.stdout


@pytest.mark.parametrize(
    ("test", "is_said"),
    [
        ("assert 2 * 3 == 5, 'wrong'", False),
        ("x = 1\nassert all(\n    [\n        2 * 3 == 5,\n    ]\n), 'wrong'", False),
        ("assert 2 * 3 == 5, 'wrong'\nassert 2 * 4 == 8", True),
        ("def test(x):\n    assert x == 5, 'wrong'\n\n\ntest(6)", False),
        ("def test(x):\n    assert x == 5, 'wrong'\n\n\ntest(6)\ntest(5)", True),
        ("for x in (6, 5):\n    assert x == 5, 'wrong'", True),
        ("raise NotImplementedError('Task 2')\nassert 2 * 4 == 8", False),
        ("assert 2 * 3 ==\nassert 2 * 4 == 8", False),
    ],
)
def test_check_says_once_that_a_test_may_have_more_to_say(llmcourse, notebook, here, test, is_said):
    found = json.loads(notebook.read_text())
    found["cells"][-1]["source"] = test
    notebook.write_text(json.dumps(found))
    shown = words(llmcourse("check", notebook, **here).stdout)
    said = "A test stops at its first failure, so more may follow in: Task 2 · Multiply"
    assert shown.count(said) == is_said
    assert shown.count("more may follow") == is_said


def test_check_gives_json_and_the_same_status(llmcourse, notebook, here):
    done = llmcourse("check", "--json", notebook, **here)
    assert done.returncode == 1
    assert done.stderr == ""
    result = json.loads(done.stdout)
    assert {
        key: result[key] for key in ("notebook", "step", "passed", "points", "of", "hidden")
    } == {
        **{"notebook": str(notebook), "step": None, "passed": False},
        **{"points": 2, "of": 6, "hidden": 3},
    }
    assert [list(task.values()) for task in result["tasks"]] == [
        [None, "Task 1 · Add", "passed", 2, 2, 3, ""],
        [None, "Task 2 · Multiply", "not yet", 0, 4, 0, "got 6, expected 5 [not 6]"],
    ]
    assert list(result["tasks"][0]) == ["id", "title", "state", "points", "of", "hidden", "message"]
    assert len(result["warnings"]) == 1
    assert result["raised"] == []
    solve(notebook)
    done = llmcourse("check", notebook, "--json", **here)
    assert done.returncode == 0
    assert json.loads(done.stdout)["passed"]
    assert " 2 of 2 " in llmcourse("progress", notebook.parent.parent, **here).stdout
    notebook.write_text("")
    done = llmcourse("check", notebook, "--json", **here)
    assert (done.returncode, done.stdout) == (2, "")


def test_check_of_our_set_without_tests_and_setup_says_each_once(llmcourse, tmp_path, here):
    notebook = json.loads((ROOT / "exercises/3-decoding/3-decoding.ipynb").read_text())
    gone = {"setup", "softmax-visible", "top-k-visible", "top-k-hidden"}
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in gone]
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps(notebook))
    done = llmcourse("check", path, **here)
    assert done.returncode == 1
    assert re.search(r"Task 1 · Softmax with temperature +│ +3 │ test changed", done.stdout)
    assert re.search(r"Task 2 · Top-k +│ +2 │ test changed", done.stdout)
    assert len(re.findall(r"│ no setup +│", done.stdout)) == 5
    assert done.stdout.count("fetch a fresh notebook and copy your solution over") == 1
    assert "The setup cell (setup) was changed or deleted" in done.stdout
    assert "NameError" not in done.stdout
    assert "19 of 40 points are for hidden tests" in words(done.stdout)


def test_check_shows_what_else_was_raised(llmcourse, notebook, here):
    notebook.write_text(notebook.read_text().replace("# Tests that you can't see.", "1 / 0"))
    done = llmcourse("check", notebook, **here)
    assert done.returncode == 1
    assert "ZeroDivisionError: division by zero" in done.stdout
    assert "error" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"cells"', '"sells"', "1-sums.ipynb is not a notebook"),
        ('"cells"', "cells", "1-sums.ipynb is not a notebook"),
    ],
)
def test_what_cannot_be_checked_is_one_error(llmcourse, notebook, here, old, new, said):
    notebook.write_text(notebook.read_text().replace(old, new))
    done = llmcourse("check", notebook, "--timeout", 1, **here)
    assert done.returncode == 2, done
    assert done.stderr.count("error: ") == 1
    assert said in done.stderr.replace("\n       ", " ")
    assert "Traceback" not in done.stderr
    assert not Path(here["LLMCOURSE_CACHE"]).exists()


@pytest.mark.parametrize(
    ("new", "said", "state"),
    [
        ("assert 1 +", "1-sums.ipynb, cell 2 (add), line 1: syntax error: invalid syntax", "error"),
        ("while True: 0", "1-sums.ipynb, cell 2 (add): It ran for too long", "stopped"),
    ],
)
def test_a_cell_that_cannot_be_run_is_named_and_the_others_are_shown(
    llmcourse, notebook, here, new, said, state
):
    text = notebook.read_text().replace("assert 1 + 1 == 2", new).replace("3 == 5", "3 == 6")
    notebook.write_text(text)
    done = llmcourse("check", notebook, "--timeout", 2, **here)
    assert done.returncode == 1, done
    assert said in words(done.stdout)
    assert re.search(rf"Task 1 · Add +│ +2 │ {state} ", done.stdout)
    assert re.search(r"Task 2 · Multiply +│ +4 │ passed ", done.stdout)
    assert "Traceback" not in done.stdout + done.stderr


def test_check_of_a_missing_file_is_one_error(llmcourse, here):
    done = llmcourse("check", "nowhere.ipynb", **here)
    assert done.returncode == 2
    assert "There is no file nowhere.ipynb" in done.stderr


def test_progress_shows_the_last_check_and_runs_again_when_asked(llmcourse, notebook, here):
    exercises = notebook.parent.parent
    assert re.search(
        r"1-sums │ 0 of 2 │ 0 of 6 │ never", llmcourse("progress", exercises, **here).stdout
    )
    llmcourse("check", notebook, **here)
    shown = llmcourse("progress", exercises, **here).stdout
    assert "3 of 9 points are for hidden tests, which only the grader sees" in words(shown)
    assert re.search(r"1-sums │ 1 of 2 │ 2 of 6 │ \d{4}-\d\d-\d\d \d\d:\d\d +│", shown), shown
    solve(notebook)
    assert "edited since" in llmcourse("progress", exercises, **here).stdout
    done = llmcourse("progress", exercises, "--run", **here)
    assert re.search(r"1-sums │ 2 of 2 │ 6 of 6 │", done.stdout), done.stdout
    assert "edited" not in done.stdout


def test_progress_shows_the_other_sets_when_one_is_broken(llmcourse, notebook, here):
    broken = notebook.parent.parent / "2-broken" / "2-broken.ipynb"
    broken.parent.mkdir()
    broken.touch()
    done = llmcourse("progress", notebook.parent.parent, **here)
    assert done.returncode == 2
    assert "1-sums" in done.stdout
    assert "2-broken.ipynb is empty" in done.stderr


def test_progress_shows_a_copy_that_was_checked_elsewhere(llmcourse, notebook, here, tmp_path):
    copy = tmp_path / "Downloads" / "1-sums (1).ipynb"
    copy.parent.mkdir()
    shutil.copy(notebook, copy)
    solve(copy)
    llmcourse("check", copy, **here)
    done = llmcourse("progress", notebook.parent.parent, HOME=str(tmp_path), **here)
    assert done.returncode == 0, done.stderr
    assert re.search(r"1-sums +│ 0 of 2 │ 0 of 6 │ never", done.stdout), done.stdout
    assert re.search(r"~/Downloads/1-sums \(1\)\.ipynb +│ 2 of 2 │ 6 of 6 │ \d{4}-", done.stdout), (
        done.stdout
    )
    assert "3 of 9 points" in words(done.stdout)
    alone = llmcourse("progress", tmp_path / "nowhere", HOME=str(tmp_path), **here)
    assert alone.returncode == 2
    assert " 2 of 2 " in alone.stdout
    assert "holds no problem sets" in alone.stderr


def test_progress_hides_what_was_tried_out_elsewhere(llmcourse, notebook, here, tmp_path):
    exercises = tmp_path / "mine" / "exercises"
    exercises.parent.mkdir()
    shutil.copytree(notebook.parent.parent, exercises)
    for name in ("a", "b", "c"):
        copy = tmp_path / "tried" / name / "1-sums.ipynb"
        copy.parent.mkdir(parents=True)
        shutil.copy(notebook, copy)
        llmcourse("check", copy, **here)
    done = llmcourse("progress", exercises, COLUMNS="200", **here)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(" 1 of 2 ") == 1, done.stdout
    assert "tried/" in done.stdout
    assert "Not shown: 2 older copies that were checked elsewhere (--all shows all)." in done.stdout
    done = llmcourse("progress", exercises, "--all", COLUMNS="200", **here)
    assert done.stdout.count(" 1 of 2 ") == 3
    assert "Not shown" not in done.stdout


def test_a_folder_stands_for_the_one_notebook_in_it(llmcourse, notebook, here, tmp_path):
    done = llmcourse("check", notebook.parent, **here)
    assert done.returncode == 1, done.stderr
    assert "1-sums.ipynb" in done.stdout
    assert "2 of 6 points" in done.stdout
    done = llmcourse("check", notebook.parent.parent, **here)
    assert done.returncode == 2
    assert f"Give one of them: {notebook}" in words(done.stderr.replace("\n       ", " "))
    shutil.copy(notebook, notebook.with_name("1-sums-Copy1.ipynb"))
    for command in ("check", "submit"):
        done = llmcourse(command, notebook.parent, **here)
        assert done.returncode == 2
        assert "2 notebooks: 1-sums-Copy1.ipynb, 1-sums.ipynb." in words(done.stderr)
    (tmp_path / "empty").mkdir()
    done = llmcourse("check", tmp_path / "empty", **here)
    assert done.returncode == 2
    assert "holds no notebook" in done.stderr


def test_progress_of_no_folder_is_one_error(llmcourse, tmp_path, here):
    done = llmcourse("progress", tmp_path / "nowhere", **here)
    assert done.returncode == 2
    assert "holds no problem sets" in done.stderr


def test_release_says_what_it_wrote_and_refuses_to_overwrite_work(llmcourse, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(ROOT / "solutions" / "3-decoding", course / "solutions" / "3-decoding")
    for references in (ROOT / "book").rglob("*.bib"):
        place = course / references.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(references, place)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    exercise = course / "exercises" / "3-decoding" / "3-decoding.ipynb"
    done = llmcourse("release", "3-decoding", "--root", course)
    assert done.returncode == 0, done.stderr
    bundle = course / "gradebook" / "bundles" / "3-decoding.json"
    assert done.stdout == f"wrote {exercise}\nwrote {bundle}\n"
    content = exercise.read_bytes()
    again = llmcourse("release", "--root", course).stdout
    assert again == f"unchanged: {exercise}\nunchanged: {bundle}\n"
    exercise.write_text(exercise.read_text() + "\n")
    done = llmcourse("release", "--root", course)
    assert done.returncode == 2
    assert "somebody has worked in it" in done.stderr
    assert "llmcourse release --force" in done.stderr
    assert llmcourse("release", "--force", "--root", course).returncode == 0
    assert exercise.read_bytes() == content


def test_grade_sample_of_a_set_that_is_not_there_names_those_that_are(llmcourse):
    done = llmcourse("grade-sample", "nosuch", "--root", ROOT)
    assert done.returncode == 2
    assert "error: There is no problem set 'nosuch'.\n" in done.stderr
    assert re.search(r"There are .*\b3-decoding\b", done.stderr)


def test_grade_sample_fails_where_a_task_gets_what_it_must_not(llmcourse, monkeypatch, tmp_path):
    from llmcourse.grading.problem_sets.tasks import read_set
    from llmcourse.grading.proving import sample_class

    contract = read_set(ROOT / "solutions" / "3-decoding")
    everything = {task.id: float(task.points) for task in contract.tasks}
    nothing = dict.fromkeys(everything, 0.0)

    def graded(empty: dict[str, float]):
        return lambda root, step: (
            contract,
            [
                sample_class.Graded("solution", everything, everything),
                sample_class.Graded("empty", empty, nothing),
            ],
        )

    monkeypatch.setattr(sample_class, "grade_sample", graded(nothing))
    done = llmcourse("grade-sample", "--json", tmp_path / "grade.json")
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "grade.json").read_text())
    assert set(result) == {
        *("step", "max_score", "scores", "expected", "tasks", "as_expected", "seconds"),
    }
    assert result["scores"] == {"solution": contract.points, "empty": 0}
    assert result["as_expected"]

    kind = nothing | {contract.tasks[0].id: 1.0}
    monkeypatch.setattr(sample_class, "grade_sample", graded(kind))
    done = llmcourse("grade-sample", "--json", tmp_path / "grade.json")
    assert done.returncode == 1
    assert f"empty got 1 for {contract.tasks[0].id}; 0 is right" in done.stderr
    assert not json.loads((tmp_path / "grade.json").read_text())["as_expected"]
