"""Own files are written again, others never."""

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lms.written import write_own


def test_own_output_may_be_written_again_and_the_same_is_left_alone(tmp_path):
    path = tmp_path / "out" / "grades.csv"
    assert write_own(tmp_path / "gradebook", {path: b"1"}) == [path]
    assert write_own(tmp_path / "gradebook", {path: b"1"}) == []
    assert write_own(tmp_path / "gradebook", {path: b"2"}) == [path]
    assert path.read_bytes() == b"2"
    assert [one.name for one in path.parent.iterdir()] == ["grades.csv"]


def test_a_file_of_somebody_else_stops_all(tmp_path):
    path, other = tmp_path / "a.csv", tmp_path / "b.csv"
    other.write_bytes(b"a person's")
    with pytest.raises(UserError, match=r"b\.csv is there already"):
        write_own(tmp_path / "gradebook", {path: b"1", other: b"2"})
    assert other.read_bytes() == b"a person's"
    assert not path.exists()


def test_own_output_that_a_person_changed_is_theirs(tmp_path):
    path = tmp_path / "a.csv"
    write_own(tmp_path / "gradebook", {path: b"1"})
    path.write_bytes(b"1 and a comment")
    with pytest.raises(UserError, match="changed since"):
        write_own(tmp_path / "gradebook", {path: b"2"})
    assert path.read_bytes() == b"1 and a comment"


def test_the_same_content_of_another_hand_is_no_reason_to_stop(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"1")
    assert write_own(tmp_path / "gradebook", {path: b"1"}) == []


def test_halves_of_a_killed_run_are_removed(tmp_path):
    path = tmp_path / "a[1].csv"
    half = tmp_path / ".a[1].csv.x7.tmp"
    half.write_bytes(b"ha")
    write_own(tmp_path / "gradebook", {path: b"1"})
    assert not half.exists()


def test_a_folder_in_its_place_is_one_clear_error(tmp_path):
    with pytest.raises(UserError, match="can't be written: Is a directory"):
        write_own(tmp_path / "gradebook", {tmp_path: b"1"})


def test_a_damaged_record_is_named(tmp_path):
    record = tmp_path / "gradebook" / "grades" / "written.txt"
    record.parent.mkdir(parents=True)
    record.write_bytes(b"\xff\xfe")
    with pytest.raises(UserError, match=r"written\.txt can't be read"):
        write_own(tmp_path / "gradebook", {tmp_path / "a.csv": b"1"})
