"""A corpus from a file: what is read, how it is split, and what each bad file is told."""

import json
import os
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError

DOCUMENTS = [f"Story {number}.\r\nÉnd 🛶" for number in range(20)]


def write(path: Path, documents: list) -> Path:
    if path.suffix == ".jsonl":
        lines = (json.dumps({"text": text, "source": "test"}) + "\n" for text in documents)
        path.write_text("".join(lines))
    else:
        pyarrow.parquet.write_table(pyarrow.table({"text": documents}), path)
    return path


def test_a_text_file_is_one_document_cut_at_nine_tenths(tmp_path: Path):
    text = "Où est la banque ?\r\n\r\n" * 50
    path = tmp_path / "novel.txt"
    path.write_bytes(text.encode())
    train, validation = load_corpus(path), load_corpus(str(path), "validation")
    assert (len(train), len(validation)) == (1, 1)
    assert train[0]["text"] == text[: len(text) * 9 // 10]
    assert train[0]["text"] + validation[0]["text"] == text


@pytest.mark.parametrize("name", ["stories.jsonl", "stories.parquet", "stories[1-2]*.jsonl"])
def test_rows_are_documents_and_the_last_tenth_is_held_out(tmp_path: Path, name: str):
    path = write(tmp_path / name, DOCUMENTS)
    assert load_corpus(path)["text"][:] == DOCUMENTS[:18]
    assert load_corpus(path, "validation")["text"][:] == DOCUMENTS[18:]


def test_a_file_that_has_changed_is_read_again(tmp_path: Path):
    path = write(tmp_path / "stories.jsonl", ["old", "old"])
    load_corpus(path)
    write(path, ["new", "new"])
    os.utime(path, (1, 1))
    assert load_corpus(path)["text"][:] == ["new"]


@pytest.mark.parametrize("name", ["gone.txt", "gone.jsonl", "gone/gone.parquet"])
def test_a_missing_file(tmp_path: Path, name: str):
    with pytest.raises(UserError, match=r"There is no file .*gone\."):
        load_corpus(tmp_path / name)


def test_a_missing_file_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=f"There is no file {tmp_path / 'gone.txt'}"):
        load_corpus("gone.txt")


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".parquet"])
def test_an_empty_file(tmp_path: Path, suffix: str):
    path = tmp_path / f"corpus{suffix}"
    path.touch()
    with pytest.raises(UserError, match=r"corpus\.\w+ is empty\. Give a file with text"):
        load_corpus(path)


def test_another_kind_of_file(tmp_path: Path):
    path = tmp_path / "corpus.pdf"
    path.write_text("x")
    with pytest.raises(UserError, match=r"does not end in \.txt, \.jsonl or \.parquet"):
        load_corpus(path)


def test_text_too_short_to_hold_some_out(tmp_path: Path):
    path = tmp_path / "corpus.txt"
    path.write_text("\nà bientôt\n\n")
    with pytest.raises(UserError, match=r"has 9 characters .*; a corpus needs 10, so that a tenth"):
        load_corpus(path)


def test_rows_too_few_to_hold_one_out(tmp_path: Path):
    path = write(tmp_path / "corpus.jsonl", ["alone"])
    with pytest.raises(UserError, match="has 1 document, so none can be held out"):
        load_corpus(path)


def test_text_that_is_not_utf8(tmp_path: Path):
    path = tmp_path / "corpus.txt"
    path.write_bytes("un café au lait, s'il vous plaît".encode("latin-1"))
    with pytest.raises(UserError, match=r"not UTF-8: byte 6 is 0xe9.*iconv -f latin1 -t utf-8"):
        load_corpus(path)


def test_text_in_utf_16(tmp_path: Path):
    path = tmp_path / "corpus.txt"
    path.write_bytes("un café au lait".encode("utf-16"))
    with pytest.raises(UserError, match=r"not UTF-8: byte 0 is 0xff.*iconv -f utf-16 -t utf-8"):
        load_corpus(path)


@pytest.mark.parametrize("name", ["blank.jsonl", "blank.parquet"])
def test_documents_that_are_all_blank(tmp_path: Path, name: str):
    path = write(tmp_path / name, ["", " \n"] * 10)
    with pytest.raises(UserError, match=r"has 20 documents, and all of them are blank\. Give a"):
        load_corpus(path)
    write(path, [*[""] * 18, "A heron.", ""])
    os.utime(path, (1, 1))
    assert load_corpus(path, "validation")["text"][:] == ["A heron.", ""]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.jsonl", b'{"text": "a"}\n{"text": '),
        ("blank.jsonl", b"  \n\n"),
        ("latin.jsonl", b'{"text": "a"}\n{"text": "caf\xe9"}\n'),
        ("text.parquet", b"not a Parquet file"),
    ],
)
def test_damaged_rows(tmp_path: Path, name: str, content: bytes):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"is damaged, or not what its name says.*one JSON object"):
        load_corpus(path)


def test_rows_without_text(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"content": "a", "id": 1}\n' * 2)
    with pytest.raises(UserError, match='has no column "text"; it has content, id'):
        load_corpus(path)


def test_text_that_is_numbers(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"text": 7}\n' * 2)
    with pytest.raises(UserError, match=r'column "text" of .* holds int64, not strings'):
        load_corpus(path)


@pytest.mark.parametrize("options", [{"streaming": True}, {"config": "en"}])
def test_options_for_folders_only(tmp_path: Path, options: dict):
    path = write(tmp_path / "corpus.jsonl", DOCUMENTS)
    with pytest.raises(UserError, match="is a single file"):
        load_corpus(path, **options)
