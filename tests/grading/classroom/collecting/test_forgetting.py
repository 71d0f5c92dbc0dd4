"""A student who was made by mistake."""

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempts
from llmcourse.grading.classroom.collecting.forgetting import forget
from llmcourse.grading.classroom.submissions import find

FILES = [
    "submitted/o'neil/1-tiny/1-tiny.ipynb",
    "autograded/o'neil/1-tiny/1-tiny.ipynb",
    "attempts/1-tiny/o%27neil/0001/attempt.json",
    "attempts/2-other/o%27neil/0001/attempt.json",
    "replaced/1-tiny/o%27neil/0001/1-tiny.ipynb",
]
OTHERS = ["submitted/ada/1-tiny/1-tiny.ipynb", "attempts/1-tiny/ada/0001/attempt.json"]


def test_all_files_are_moved_and_none_is_deleted(tmp_path):
    for name in (*FILES, *OTHERS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    moved = forget(tmp_path, "o'neil")
    place = tmp_path / "forgotten" / "o%27neil" / "0001"
    assert len(moved) == 5
    assert [(place / name).read_text() for name in FILES] == FILES
    assert [(tmp_path / name).read_text() for name in OTHERS] == OTHERS
    assert [one.student for one in find(tmp_path / "submitted", "1-tiny")] == ["ada"]
    assert Attempts(tmp_path).students("1-tiny") == ["ada"]
    with pytest.raises(UserError, match='no student "o\'neil"'):
        forget(tmp_path, "o'neil")


def test_a_second_time_comes_beside_the_first(tmp_path):
    for number in ("0001", "0002"):
        (tmp_path / "submitted" / "ada").mkdir(parents=True)
        (moved,) = forget(tmp_path, "ada")
        assert moved == tmp_path / "forgotten" / "ada" / number / "submitted" / "ada"


@pytest.mark.parametrize("name", ["..", "", "../submitted", "*"])
def test_a_name_leads_nowhere_else(tmp_path, name):
    (tmp_path / "submitted" / "ada").mkdir(parents=True)
    with pytest.raises(UserError):
        forget(tmp_path, name)
    assert (tmp_path / "submitted" / "ada").is_dir()


def test_without_a_gradebook_it_says_so(tmp_path):
    with pytest.raises(UserError, match="There is no folder"):
        forget(tmp_path, "ada")
