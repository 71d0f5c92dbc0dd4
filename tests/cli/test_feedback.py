"""`llmcourse feedback`, as an instructor uses it."""

import json
import re
import shutil
import zipfile

import pytest

from tests.grading.classroom.graded_class import ALL, GradedClass, released_set
from tests.grading.conftest import STEP, make_repository


@pytest.fixture
def course(tmp_path) -> GradedClass:
    """Two who have pages, one of them from Canvas, and one who handed in nothing yet."""
    course = GradedClass(make_repository(tmp_path / "course"), released_set())
    course.add("Zoë", *ALL)
    canvas = {"source": "canvas", "user": "11", "submission": "9001"}
    course.add("ada", 2, 0, 0, 0, **canvas, file="lovelaceada_11_9001_1-tiny.ipynb")
    (course.gradebook / "roster.csv").write_text("student\nZoë\nada\nbob\n")
    return course


def test_help_ends_in_an_example_that_parses(llmcourse):
    shown = llmcourse("feedback", "--help").stdout
    assert re.search(r"Example: llmcourse feedback 3-decoding --output feedback\s*\Z", shown), shown


def test_pages_are_gathered_and_a_second_time_nothing_changes(llmcourse, course, tmp_path):
    report = tmp_path / "done.json"
    done = llmcourse("feedback", STEP, "--root", course.root, "--json", report)
    assert done.returncode == 0, done.stderr
    assert "2 feedback pages in" in done.stdout
    assert "(2 new or changed)" in done.stdout
    assert "Without a page: 1\nbob: handed in nothing" in done.stdout
    folder = course.gradebook / "feedback" / STEP
    assert sorted(path.name for path in folder.iterdir()) == ["Zoë.html", "ada.html"]
    told = json.loads(report.read_text())
    assert (told["pages"], told["changed"]) == (2, 2)
    assert told["without"] == {"bob": "handed in nothing"}
    again = llmcourse("feedback", STEP, "--root", course.root)
    assert "(as before)" in again.stdout


def test_who_handed_in_and_has_no_page_is_named_with_exit_status_1(llmcourse, course):
    course.hand_in("bob")
    done = llmcourse("feedback", STEP, "--root", course.root)
    assert done.returncode == 1
    assert "bob: handed in and not graded yet" in done.stdout


def test_one_page_is_one_page(llmcourse, course):
    shutil.rmtree(course.gradebook / "attempts" / STEP / "ada")
    assert "1 feedback page in" in llmcourse("feedback", STEP, "--root", course.root).stdout


def test_a_zip_for_canvas(llmcourse, course, tmp_path):
    path = tmp_path / "back.zip"
    arguments = ("feedback", STEP, "--root", course.root, "--zip", path, "--for", "canvas")
    done = llmcourse(*arguments)
    assert done.returncode == 1
    assert "Zoë: not from a download of Canvas" in done.stdout
    assert "under the name of the file that was handed in" in done.stdout
    assert zipfile.ZipFile(path).namelist() == ["lovelaceada_11_9001_1-tiny.html"]
    before = path.read_bytes()
    assert "(as before)" in llmcourse(*arguments).stdout
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("9-none",), "There is no problem set '9-none'.+There is 1-tiny"),
        (("../x",), "'../x' is a path"),
        ((STEP, "--zip", "x.zip"), "--zip and --for belong together"),
        ((STEP, "--for", "moodle"), "--zip and --for belong together"),
        ((STEP, "--zip", "x", "--for", "moodle", "--output", "y"), "Either --output or --zip"),
        ((STEP, "--zip", "x.zip", "--for", "moodle"), "came from a download of Moodle"),
        ((STEP, "--output", "/dev/null/x"), "can't be written|could not be written"),
    ],
)
def test_what_cannot_be_carried_out_is_one_clear_error(llmcourse, course, arguments, message):
    done = llmcourse("feedback", "--root", course.root, *arguments)
    assert done.returncode == 2, done.stdout
    assert re.search(message, done.stderr, re.S), done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_graded_yet(llmcourse, tmp_path):
    course = GradedClass(make_repository(tmp_path / "course"), released_set())
    done = llmcourse("feedback", STEP, "--root", course.root)
    assert done.returncode == 2
    assert "Nobody has a grade in 1-tiny yet" in done.stderr


def test_a_name_cannot_command_the_terminal(llmcourse, course):
    course.hand_in("[red]\x1b[2Jmallory")
    done = llmcourse("feedback", STEP, "--root", course.root)
    assert "[red]\N{REPLACEMENT CHARACTER}[2Jmallory" in done.stdout


def test_a_page_of_an_older_file_is_named_and_stays_out_of_a_zip(llmcourse, course, tmp_path):
    canvas = {"source": "canvas", "user": "11", "submission": "9002"}
    course.hand_in("ada", b"newer", **canvas, file="lovelaceada_11_9002_1-tiny-1.ipynb")
    bob = {"source": "canvas", "user": "12", "submission": "9003"}
    course.add("bob", *ALL, **bob, file="byronbob_12_9003_1-tiny.ipynb")
    why = "ada: a newer file is there, which is not graded yet: run `llmcourse grade`"
    told = tmp_path / "done.json"
    done = llmcourse("feedback", STEP, "--root", course.root, "--json", told)
    assert done.returncode == 1
    assert f"The page of an older file: 1\n{why}" in done.stdout
    assert json.loads(told.read_text())["older"] == ["ada"]
    path = tmp_path / "back.zip"
    done = llmcourse("feedback", STEP, "--root", course.root, "--zip", path, "--for", "canvas")
    assert done.returncode == 1
    assert why in done.stdout
    assert zipfile.ZipFile(path).namelist() == ["byronbob_12_9003_1-tiny.html"]
