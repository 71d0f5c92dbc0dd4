"""Folders with things in them that are no files."""

import os
import unicodedata

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting import entries
from llmcourse.grading.classroom.collecting.entries import Unusable, folder_entries


def test_files_are_listed_by_name_and_read(spread):
    folder = spread({"bob/1.ipynb": b"two", "ada/deep/1.ipynb": b"one", ".git/x": b"", "._a": b""})
    found = folder_entries(folder)
    assert [(one.path, one.name, one.read()) for one in found] == [
        ("ada/deep/1.ipynb", "1.ipynb", b"one"),
        ("bob/1.ipynb", "1.ipynb", b"two"),
    ]


def test_links_pipes_and_names_that_are_no_text_are_refused(spread, tmp_path):
    folder = spread({"ada/1.ipynb": b"one"})
    (tmp_path / "secret").write_text("secret")
    (folder / "ada" / "2.ipynb").symlink_to(tmp_path / "secret")
    (folder / "eve").symlink_to(tmp_path)
    os.mkfifo(folder / "ada" / "3.ipynb")
    os.mkdir(os.fsencode(folder) + b"/Zo\xeb")
    found = {one.path: one.problem for one in folder_entries(folder)}
    assert found.pop("ada/1.ipynb") == ""
    assert {path: problem[:9] for path, problem in found.items()} == {
        "ada/2.ipynb": "It is a l",
        "ada/3.ipynb": "It is not",
        "eve": "It is a l",
        "Zo\N{REPLACEMENT CHARACTER}": "Its name ",
    }
    with pytest.raises(Unusable, match="is not followed"):
        next(one for one in folder_entries(folder) if one.path == "eve").read()


def test_a_file_that_became_a_link_is_not_followed(spread, tmp_path):
    folder = spread({"ada/1.ipynb": b"one"})
    (one,) = folder_entries(folder)
    (folder / "ada" / "1.ipynb").unlink()
    (folder / "ada" / "1.ipynb").symlink_to(tmp_path)
    with pytest.raises(Unusable, match="can't be read"):
        one.read()


def test_two_folders_of_one_name_are_nobodys(spread):
    names = [unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD")]
    folder = spread({f"{name}/1.ipynb": b"x" for name in names} | {"ada/1.ipynb": b"one"})
    problems = {one.path: one.problem for one in folder_entries(folder)}
    assert problems["ada/1.ipynb"] == ""
    assert "two forms of Unicode" in problems["Zoë"]


def test_a_folder_without_end_is_refused(spread):
    folder = spread({"a/" * 60 + "1.ipynb": b"x", "bob/1.ipynb": b"one"})
    deep, bob = folder_entries(folder)
    assert "more than 50 folders deep" in deep.problem
    assert bob.read() == b"one"


def test_too_much_is_an_error(spread, monkeypatch):
    folder = spread({"ada/1.ipynb": b"12345", "bob/1.ipynb": b""})
    with pytest.raises(Unusable, match="larger than 0 MB"):
        folder_entries(folder)[0].read(most=4)
    monkeypatch.setattr(entries, "MOST_FILES", 1)
    with pytest.raises(UserError, match="more than 1 files"):
        folder_entries(folder)
