"""Submissions by the names that they have in practice."""

import json
import os
import unicodedata
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.submissions import find
from llmcourse.grading.problem_sets.bundle import bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from tests.grading.conftest import SOLVED, Learner
from tests.grading.conftest import STEP as TINY

STEP = "3-decoding"


@pytest.fixture
def submitted(tmp_path) -> Path:
    return tmp_path / "submitted"


def hand_in(path: Path, age: int = 0) -> Path:
    """A file at `path`, changed `age` seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    os.utime(path, (1_700_000_000 - age,) * 2)
    return path


def test_nbgraders_layout_and_a_flat_one_by_name_of_the_student(submitted):
    flat = hand_in(submitted / "bob" / "3-decoding.ipynb")
    deep = hand_in(submitted / "ada" / STEP / "3-decoding.ipynb")
    (submitted / "ada" / STEP / "timestamp.txt").write_text("2026-11-22 12:00:00 UTC\n")
    found = find(submitted, STEP)
    assert [(one.student, one.path, one.notes) for one in found] == [
        ("ada", deep, ()),
        ("bob", flat, ()),
    ]
    assert [one.timestamp for one in found] == ["2026-11-22 12:00:00 UTC", ""]


@pytest.mark.parametrize(
    "name",
    [
        "Copy of 3-decoding.ipynb",
        "3-decoding (1).ipynb",
        "3-decoding-Copy1.ipynb",
        "3_Decoding.ipynb",
        "Kopie von 3 decoding.IPYNB",
        "ada_12345_3-decoding-2.ipynb",
        "homework.ipynb",
    ],
)
@pytest.mark.parametrize("layout", ["deep", "flat"])
def test_a_single_notebook_counts_whatever_renamed_it(submitted, name, layout):
    folder = submitted / "ada" / STEP if layout == "deep" else submitted / "ada"
    path = hand_in(folder / name)
    hand_in(folder / ".ipynb_checkpoints" / "3-decoding-checkpoint.ipynb")
    hand_in(folder / "._3-decoding.ipynb")  # a Mac's archive
    (only,) = find(submitted, STEP)
    assert (only.path, only.notes, only.problem) == (path, (), "")


def test_the_exact_name_comes_first_then_the_newest_of_the_sets_name_then_the_newest(submitted):
    hand_in(submitted / "exact" / STEP / "3-decoding (1).ipynb")
    hand_in(submitted / "exact" / STEP / "3-decoding.ipynb", age=900)
    hand_in(submitted / "newest" / STEP / "3-decoding (1).ipynb", age=900)
    hand_in(submitted / "newest" / STEP / "3-decoding (2).ipynb", age=30)
    hand_in(submitted / "newest" / STEP / "scratch.ipynb")
    hand_in(submitted / "others" / STEP / "a.ipynb")
    hand_in(submitted / "others" / STEP / "b.ipynb", age=5)
    names = {one.student: one.path.name for one in find(submitted, STEP)}
    assert names == {
        "exact": "3-decoding.ipynb",
        "newest": "3-decoding (2).ipynb",
        "others": "a.ipynb",
    }
    notes = {one.student: one.notes for one in find(submitted, STEP)}
    assert notes["newest"] == (
        "Of several notebooks '3-decoding (2).ipynb' was graded, not "
        "'3-decoding (1).ipynb', 'scratch.ipynb'.",
    )


def test_a_flat_folder_may_hold_the_other_sets_too(submitted):
    hand_in(submitted / "ada" / "1-inputs.ipynb")
    hand_in(submitted / "ada" / "13-decoding.ipynb")
    hand_in(submitted / "bob" / "4-training.ipynb")
    mine = hand_in(submitted / "ada" / "Copy of 3-decoding.ipynb", age=60)
    ada, bob = find(submitted, STEP)
    assert (ada.path, ada.notes) == (mine, ())
    assert bob.path is None
    assert "no notebook of 3-decoding" in bob.problem


def test_a_folder_without_a_notebook_is_reported_and_the_others_are_found(submitted):
    hand_in(submitted / "ada" / STEP / "3-decoding.ipynb")
    (submitted / "empty" / STEP).mkdir(parents=True)
    hand_in(submitted / "pdf" / STEP / "3-decoding.pdf")
    hand_in(submitted / "ticks" / ".ipynb_checkpoints" / "3-decoding-checkpoint.ipynb")
    hand_in(submitted / "__MACOSX" / "ada" / "3-decoding.ipynb")
    hand_in(submitted / ".git" / STEP / "3-decoding.ipynb")
    found = find(submitted, STEP)
    assert [(one.student, bool(one.path)) for one in found] == [
        ("ada", True),
        ("empty", False),
        ("pdf", False),
        ("ticks", False),
    ]
    assert all("There is no notebook of 3-decoding in" in one.problem for one in found[1:])


def test_an_empty_folder_of_the_set_does_not_hide_the_notebook_beside_it(submitted):
    (submitted / "ada" / STEP).mkdir(parents=True)
    path = hand_in(submitted / "ada" / "3-decoding.ipynb")
    assert find(submitted, STEP)[0].path == path


@pytest.mark.parametrize("name", ["Zoë Müller", "王小明", "o'neil, m.", "100%", "a..b"])
def test_names_are_those_of_people(submitted, name):
    path = hand_in(submitted / name / STEP / "3-decoding.ipynb")
    assert [(one.student, one.path) for one in find(submitted, STEP)] == [(name, path)]


def test_a_name_in_two_forms_of_unicode_is_one_student_and_reported_when_both_are_there(submitted):
    composed, split = (unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD"))
    hand_in(submitted / split / STEP / "3-decoding.ipynb")
    assert [one.student for one in find(submitted, STEP)] == [composed]
    hand_in(submitted / composed / STEP / "3-decoding.ipynb")
    first, second = find(submitted, STEP)
    assert first.path is not None
    assert second.path is None
    assert "are one name" in second.problem


def test_a_name_that_is_no_text_is_reported(submitted):
    hand_in(submitted / "ada" / STEP / "3-decoding.ipynb")
    os.mkdir(os.fsencode(submitted) + b"/Zo\xeb")
    odd, ada = find(submitted, STEP)
    assert "not UTF-8" in odd.problem
    assert ada.path is not None


def test_links_out_of_the_students_folder_are_not_followed(submitted, tmp_path):
    secret = hand_in(tmp_path / "solutions" / "3-decoding.ipynb")
    hers = hand_in(submitted / "ada" / STEP / "3-decoding.ipynb")
    for student, target in {
        "eve": secret,
        "mallory": hers,
        "loop": Path("3-decoding.ipynb"),
    }.items():
        (submitted / student / STEP).mkdir(parents=True)
        (submitted / student / STEP / "3-decoding.ipynb").symlink_to(target)
    (submitted / "whole").symlink_to(submitted / "ada")
    (submitted / "inner").mkdir()
    (submitted / "inner" / STEP).symlink_to(submitted / "ada" / STEP)
    (submitted / "gone").mkdir()
    (submitted / "gone" / "3-decoding.ipynb").symlink_to("nowhere")
    kept = hand_in(submitted / "own" / STEP / "v2.ipynb")
    (submitted / "own" / STEP / "3-decoding.ipynb").symlink_to("v2.ipynb")
    found = {one.student: one for one in find(submitted, STEP)}
    assert {name for name, one in found.items() if one.path} == {"ada", "own"}
    assert found["own"].path.resolve() == kept
    for name in ("eve", "mallory", "inner"):
        assert "is a link out of the student's folder" in found[name].problem
    for name in ("loop", "gone"):
        assert "is not a file" in found[name].problem
    assert "is a link" in found["whole"].problem


def test_what_is_no_file_is_not_opened(submitted):
    (submitted / "dir" / STEP / "3-decoding.ipynb").mkdir(parents=True)
    (submitted / "pipe" / STEP).mkdir(parents=True)
    os.mkfifo(submitted / "pipe" / STEP / "3-decoding.ipynb")  # reading it would wait for ever
    hand_in(submitted / "ada" / STEP / "3-decoding.ipynb")
    assert [bool(one.path) for one in find(submitted, STEP)] == [True, False, False]


def test_a_timestamp_that_is_a_link_or_no_text_is_none(submitted, tmp_path):
    (tmp_path / "key").write_text("secret")
    hand_in(submitted / "ada" / STEP / "3-decoding.ipynb")
    (submitted / "ada" / STEP / "timestamp.txt").symlink_to(tmp_path / "key")
    hand_in(submitted / "bob" / STEP / "3-decoding.ipynb")
    (submitted / "bob" / STEP / "timestamp.txt").write_bytes(b"\xff\xfe")
    assert [one.timestamp for one in find(submitted, STEP)] == ["", ""]


def test_a_wrong_folder_is_refused(submitted, tmp_path):
    with pytest.raises(UserError, match="There is no folder"):
        find(submitted, STEP)
    submitted.mkdir()
    with pytest.raises(UserError, match="holds nothing"):
        find(submitted, STEP)
    file = hand_in(submitted / "3-decoding.ipynb")
    with pytest.raises(UserError, match="holds only files"):
        find(submitted, STEP)
    with pytest.raises(UserError, match="is a file"):
        find(file, STEP)
    hand_in(submitted / "ada" / "1-inputs.ipynb")
    with pytest.raises(UserError, match="of 1 folder none has a notebook of it"):
        find(submitted, STEP)


def test_a_notebook_in_nobodys_folder_is_named(submitted):
    path = hand_in(submitted / "ada" / STEP / "3-decoding.ipynb")
    hand_in(submitted / "3-decoding-bob.ipynb")
    hand_in(submitted / ".hidden.ipynb")
    ada, loose = find(submitted, STEP)
    assert ada.path == path
    assert (loose.student, loose.path) == ("3-decoding-bob.ipynb", None)
    assert "lies in no student's folder" in loose.problem


def test_a_solved_notebook_counts_before_one_as_it_was_handed_out(submitted, root, released_bytes):
    bundle = bundle_of(read_set(root / "solutions" / TINY), json.loads(released_bytes))
    empty = submitted / "ada" / TINY / f"{TINY}.ipynb"
    empty.parent.mkdir(parents=True)
    Learner(empty, released_bytes)
    solved = empty.with_name(f"{TINY} (1).ipynb")
    Learner(solved, released_bytes).write(**SOLVED)
    (ada,) = find(submitted, TINY, bundle)
    assert ada.path == solved
    assert ada.notes == (
        "Of several notebooks '1-tiny (1).ipynb' was graded, not '1-tiny.ipynb' (as it was handed "
        "out).",
    )
    assert find(submitted, TINY)[0].path == empty  # without the bundle nobody can tell


def test_a_time_in_a_folder_that_no_collector_filled_is_not_believed(submitted):
    place = submitted.parent / "class" / "ada" / STEP
    place.mkdir(parents=True)
    (place / f"{STEP}.ipynb").write_text("{}")
    (place / "timestamp.txt").write_text("2026-11-22 12:00:00 UTC\n")
    (one,) = find(submitted.parent / "class", STEP)
    assert one.timestamp == ""
    (submitted.parent / "class").rename(submitted)
    assert find(submitted, STEP)[0].timestamp == "2026-11-22 12:00:00 UTC"


def test_a_notebook_that_a_browser_took_for_text(submitted):
    place = submitted / "kim" / STEP
    place.mkdir(parents=True)
    (place / f"{STEP}.ipynb.txt").write_text("{}")
    found = {one.student: one.path for one in find(submitted, STEP)}
    assert found["kim"] == place / f"{STEP}.ipynb.txt"
