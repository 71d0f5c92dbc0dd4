"""Paths as Canvas, Moodle, nbgrader and people write them."""

import contextlib
import io

import pytest

from llmcourse.grading.classroom.collecting.entries import Entry
from llmcourse.grading.classroom.collecting.senders import name_in, sent, tell, without_wrapper

STEP = "3-decoding"


def entry(path: str) -> Entry:
    return Entry(path, 0, 0.0, lambda: contextlib.nullcontext(io.BytesIO()))


def told(path: str, source: str) -> tuple | None:
    one = sent(entry(path), source, STEP)
    return one and (one.name, one.user, one.submission, one.late, one.file)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "lovelaceada_12345_67890_3-decoding.ipynb",
            ("lovelaceada", "12345", "67890", False, "3-decoding.ipynb"),
        ),
        (
            "lovelaceada_LATE_12345_67890_3-decoding-1.ipynb",
            ("lovelaceada", "12345", "67890", True, "3-decoding-1.ipynb"),
        ),
        ("a_b_1_2_3_4_x.ipynb", ("a_b", "1", "2", False, "3_4_x.ipynb")),
        ("王小明_7_8_x.ipynb", ("王小明", "7", "8", False, "x.ipynb")),
        ("group7_LATE_7_8_x.ipynb", ("group7", "7", "8", True, "x.ipynb")),
        ("anon_x3V9q_67890_x.ipynb", ("anon", "x3V9q", "67890", False, "x.ipynb")),
        ("anon_LATE_x3V9q_67890_x.ipynb", ("anon", "x3V9q", "67890", True, "x.ipynb")),
        (
            "lovelaceada12345_question_7_67890_x.ipynb",
            ("lovelaceada", "12345", "67890", None, "x.ipynb"),
        ),
        ("unpacked/ada_1_2_x.ipynb", ("ada", "1", "2", False, "x.ipynb")),
        ("3-decoding.ipynb", None),
        ("ada_3-decoding.ipynb", None),
    ],
)
def test_canvas(path, expected):
    assert told(path, "canvas") == expected


@pytest.mark.parametrize("kind", ["text", "link"])
def test_canvas_page_in_place_of_a_file(kind):
    one = sent(entry(f"lovelaceada_LATE_12345_{kind}.html"), "canvas", STEP)
    assert (one.name, one.user, one.late, one.typed) == ("lovelaceada", "12345", True, kind)


@pytest.mark.parametrize(
    "path",
    [
        "Ada Lovelace_1234567_assignsubmission_file_/3-decoding.ipynb",
        "Ada Lovelace_1234567_assignsubmission_file/3-decoding.ipynb",
        "Ada Lovelace_1234567_assignsubmission_file_/my/3-decoding.ipynb",
        "class/Ada Lovelace_1234567_assignsubmission_file_3-decoding.ipynb",
    ],
)
def test_moodle(path):
    expected = ("Ada Lovelace", "1234567", "", None, "3-decoding.ipynb")
    assert told(path, "moodle") == expected


def test_moodle_text_in_place_of_a_file():
    path = "Ada Lovelace_1234567_assignsubmission_onlinetext_/onlinetext.html"
    assert sent(entry(path), "moodle", STEP).typed == "onlinetext"


def test_exchange():
    path = "ada+3-decoding+2026-11-22 14:00:00.123456 UTC+x7Fq/3-decoding.ipynb"
    one = sent(entry(path), "exchange", STEP)
    assert (one.user, one.step) == ("ada", STEP)
    assert one.timestamp == "2026-11-22 14:00:00.123456 UTC"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("ada.ipynb", "ada"),
        ("ada_3-decoding.ipynb", "ada"),
        ("3-decoding - Ada Lovelace.ipynb", "Ada Lovelace"),
        ("Copy of 3_Decoding Zoë (2).ipynb", "Zoë"),
        ("3-decoding-ada-Copy1.ipynb", "ada"),
        ("3-decoding (1).ipynb", ""),
        ("Copy of 3-decoding.ipynb", ""),
    ],
)
def test_a_loose_file_is_named_after_a_student(file, name):
    assert name_in(file, STEP) == name


@pytest.mark.parametrize(
    ("source", "paths"),
    [
        ("canvas", ["ada_1_2_x.ipynb", "bob_3_text.html", "notes.txt"]),
        ("moodle", ["Ada_1_assignsubmission_file_/x.ipynb", "Bo_2_assignsubmission_file_x.ipynb"]),
        ("exchange", ["ada+3-decoding+2026-11-22 14:00:00 UTC/x.ipynb"]),
        ("folder", ["ada/bob_1_2_x.ipynb", "bob/x.ipynb", "eve/x.ipynb"]),
        ("folder", ["ada_1_2_x.ipynb", "bob.ipynb"]),
    ],
)
def test_the_source_is_told_by_the_form_that_most_paths_have(source, paths):
    assert tell([entry(path) for path in paths]) == source


@pytest.mark.parametrize(
    ("paths", "inside"),
    [
        (["week/ada/x.ipynb", "week/bob/x.ipynb"], ["ada/x.ipynb", "bob/x.ipynb"]),
        (["class/ada.ipynb", "class/bob.ipynb"], ["ada.ipynb", "bob.ipynb"]),
        (["3-decoding/ada.ipynb", "3-decoding/bob.ipynb"], ["ada.ipynb", "bob.ipynb"]),
        (["a/b/c/x.ipynb"], ["c/x.ipynb"]),
        (["ada/3-decoding/x.ipynb"], ["ada/3-decoding/x.ipynb"]),  # the only student
        (["ada/x.ipynb", "ada/y.ipynb"], ["ada/x.ipynb", "ada/y.ipynb"]),
        (["ada/x.ipynb", "bob/x.ipynb"], ["ada/x.ipynb", "bob/x.ipynb"]),
    ],
)
def test_the_folder_that_holds_all_is_no_student(paths, inside):
    found = without_wrapper([entry(path) for path in paths], STEP, called="class")
    assert [one.path for one in found] == inside
