"""The embedded tables are OpenAI's, and the official tiktoken uses them with no network."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import tiktoken_ext.openai_public

from llmcourse.data import install_tiktoken_tables, tiktoken_encoding
from llmcourse.data.tiktoken_tables import TABLES
from llmcourse.errors import UserError


@pytest.fixture
def nowhere(monkeypatch, tmp_path: Path) -> Path:
    """A machine that tiktoken has not run on: no cache, no folder chosen."""
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        monkeypatch.setenv(variable, "")  # so that it is put back after the test, whatever it was
        monkeypatch.delenv(variable)
    monkeypatch.setenv("LLMCOURSE_CACHE", str(tmp_path / "llmcourse"))
    return tmp_path


def test_the_hashes_are_those_that_tiktoken_checks(monkeypatch):
    asked = {}
    monkeypatch.setattr(
        tiktoken_ext.openai_public,
        "load_tiktoken_bpe",
        lambda address, expected_hash: asked.update({address: expected_hash}),
    )
    for name in TABLES:
        getattr(tiktoken_ext.openai_public, name)()
    assert list(asked.values()) == list(TABLES.values())


def test_tiktoken_itself_runs_without_network(nowhere: Path):
    script = """
import socket, tiktoken
from llmcourse.data import install_tiktoken_tables
def refuse(*_, **__):
    raise AssertionError("the network was used")
socket.socket.connect = socket.getaddrinfo = refuse
install_tiktoken_tables()
print(tiktoken.encoding_for_model("gpt-4").encode("The bank by the river had no money"))
print(tiktoken.get_encoding("cl100k_base").encode("I want to learn about LLMs"))
print(tiktoken.get_encoding("r50k_base").encode("Hello world"))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines() == [
        "[791, 6201, 555, 279, 15140, 1047, 912, 3300]",
        "[40, 1390, 311, 4048, 922, 445, 11237, 82]",
        "[15496, 995]",
    ], done.stderr


def test_the_folder_is_in_the_users_cache(nowhere: Path):
    assert install_tiktoken_tables() == nowhere / "llmcourse" / "tiktoken"
    assert os.environ["TIKTOKEN_CACHE_DIR"] == str(nowhere / "llmcourse" / "tiktoken")


@pytest.mark.parametrize("variable", ["TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"])
def test_a_folder_that_you_chose_is_kept(nowhere: Path, monkeypatch, variable: str):
    chosen = nowhere / "mine"
    monkeypatch.setenv(variable, str(chosen))
    assert install_tiktoken_tables() == chosen
    assert os.environ[variable] == str(chosen)
    assert not (nowhere / "llmcourse").exists()
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in chosen.iterdir()}
    assert hashes == set(TABLES.values())


def test_a_damaged_table_is_replaced_and_a_whole_one_left_alone(nowhere: Path):
    damaged, whole = sorted(install_tiktoken_tables().iterdir())
    expected, written = damaged.read_bytes(), whole.stat().st_mtime_ns
    damaged.write_bytes(expected[:1000])
    install_tiktoken_tables()
    assert damaged.read_bytes() == expected
    assert whole.stat().st_mtime_ns == written


def test_an_encoding_that_does_not_exist():
    with pytest.raises(UserError, match=r"no encoding 'cl200k_base'\. It has: .*cl100k_base"):
        tiktoken_encoding("cl200k_base")


def test_a_table_that_is_not_embedded_and_cannot_be_downloaded(nowhere: Path, monkeypatch):
    def refuse(*_, **__):
        raise ConnectionError("no route to host")

    monkeypatch.setattr("requests.get", refuse)
    with pytest.raises(UserError, match=r"o200k_base is not embedded.*no route to host.*r50k_base"):
        tiktoken_encoding("o200k_base")
