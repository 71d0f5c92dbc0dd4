"""Files that are whole or not there."""

import pytest

from llmcourse.errors import UserError
from llmcourse.files import replacing


def test_a_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("old")

    def half_way():
        with replacing(path) as temporary:
            temporary.write_text("new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(UserError, match="could not be written"),
        replacing(tmp_path / "file" / "a.json"),
    ):
        pytest.fail("the block must not run")
