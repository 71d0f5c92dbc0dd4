"""Names, splits and options of load_corpus; what each source holds is tested beside this file."""

from pathlib import Path

import pytest

from llmcourse.data import load_corpus
from llmcourse.data.corpora import path_of
from llmcourse.errors import UserError


def test_a_misspelt_name_gets_a_suggestion():
    with pytest.raises(
        UserError, match=r"no corpus and no file 'rivrbank'.*Did you mean riverbank\?"
    ):
        load_corpus("rivrbank")


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(UserError, match=r"Give riverbank, .*austen, tinystories, hub:owner/name"):
        load_corpus("zzzz")


def test_what_looks_like_a_path_is_called_a_missing_file():
    with pytest.raises(UserError, match=r"There is no file /.*novel\.txt"):
        load_corpus("novel.txt")


@pytest.mark.parametrize("name", ["hub:", "hub:TinyStories", "hub:/TinyStories", "hub:owner/"])
def test_half_a_hub_name(name):
    with pytest.raises(UserError, match="Write hub:owner/name"):
        load_corpus(name)


@pytest.mark.parametrize("name", ["austen", "riverbank:dialogues", "hub:owner/name", "rivrbank"])
def test_a_name_is_no_path(name):
    assert path_of(name) is None


@pytest.mark.parametrize("name", ["novel.txt", "novels/", "./novels", "../novels/emma", "."])
def test_a_path_is_no_name(name):
    assert path_of(name) == Path(name)


def test_a_folder_is_a_path_once_it_is_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert path_of("novels") is None
    Path("novels").mkdir()
    assert path_of("novels") == Path("novels")


def test_an_unknown_split():
    with pytest.raises(UserError, match=r"no split 'test'\. Choose train or validation"):
        load_corpus("austen", "test")


def test_an_option_of_another_corpus():
    with pytest.raises(UserError, match=r"austen has no option n\. Its options: none"):
        load_corpus("austen", n=3)
    with pytest.raises(UserError, match=r"no option epochs\. Its options: config, streaming"):
        load_corpus("hub:owner/name", epochs=3)
