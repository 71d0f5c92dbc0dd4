"""The hub's loading path, run for real against a server on this machine with one repository."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from tests.hub import in_a_process, served

CARD = """---
configs:
- config_name: default
  data_files:
  - {split: train, path: data/train-*}
  - {split: validation, path: data/validation-*}
---
# Tales of the town
"""


def write_rows(path: Path, **columns: list) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(pyarrow.table(columns), path)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A dataset as the hub lays it out: a card that names the splits, and Parquet shards."""
    folder = tmp_path / "repository"
    write_rows(folder / "data/train-00000-of-00002.parquet", text=["A heron.", "A mill."])
    write_rows(folder / "data/train-00001-of-00002.parquet", text=["A bridge."])
    write_rows(folder / "data/validation-00000-of-00001.parquet", text=["A café."])
    (folder / "README.md").write_text(CARD)
    return folder


@pytest.fixture
def hub(repository: Path) -> Iterator[str]:
    """The address of a server that answers for `town/tales` as the hub's API does."""
    with served("dataset", "town/tales", repository) as address:
        yield address


def test_a_corpus_of_the_hub(hub: str, tmp_path: Path):
    cache = str(tmp_path / "cache")
    loaded = in_a_process(
        """
        import json
        from llmcourse.data import load_corpus
        from llmcourse.errors import UserError

        found = {
            split: load_corpus("hub:town/tales", split)["text"][:]
            for split in ("train", "validation")
        }
        stream = load_corpus("hub:town/tales", streaming=True)
        found["stream"] = [type(stream).__name__, *(row["text"] for row in stream)]
        try:
            load_corpus("hub:town/gone")
        except UserError as error:
            found["gone"] = str(error)
        print(json.dumps(found))
        """,
        HF_ENDPOINT=hub,
        HF_HOME=cache,
    )
    assert loaded["train"] == ["A heron.", "A mill.", "A bridge."]
    assert loaded["validation"] == ["A café."]
    assert loaded["stream"] == ["IterableDataset", "A heron.", "A mill.", "A bridge."]
    assert "There is no dataset town/gone that you may read" in loaded["gone"]

    offline = in_a_process(
        """
        import json
        from llmcourse.data import load_corpus
        from llmcourse.errors import UserError

        found = {"kept": load_corpus("hub:town/tales", "validation")["text"][:]}
        try:
            load_corpus("tinystories")
        except UserError as error:
            found["new"] = str(error)
        print(json.dumps(found))
        """,
        HF_HUB_OFFLINE="1",
        HF_HOME=cache,
    )
    assert offline["kept"] == ["A café."]
    assert "roneneldan/TinyStories is not on this machine" in offline["new"]
    assert "Connect to the network, or take riverbank, austen" in offline["new"]


def test_a_hub_out_of_reach_costs_no_patience(hub: str, tmp_path: Path):
    cache = str(tmp_path / "cache")
    script = """
        import json, time
        from llmcourse.data import load_corpus
        from llmcourse.errors import UserError
        import datasets

        found = {"kept": load_corpus("hub:town/tales", "validation")["text"][:]}
        started = time.monotonic()
        try:
            load_corpus("hub:town/other")
        except UserError as error:
            found["other"] = str(error)
        found["seconds"] = time.monotonic() - started
        found["offline"] = datasets.config.HF_HUB_OFFLINE
        print(json.dumps(found))
        """
    there = in_a_process(script, HF_ENDPOINT=hub, HF_HOME=cache)
    assert there["kept"] == ["A café."]
    assert "There is no dataset town/other" in there["other"]
    gone = in_a_process(script, HF_ENDPOINT="http://127.0.0.1:9", HF_HOME=cache)
    assert gone["kept"] == ["A café."]
    assert "town/other is not on this machine, and the Hugging Face hub does not" in gone["other"]
    assert gone["seconds"] < 5
    assert not gone["offline"]


def test_a_folder_laid_out_as_on_the_hub(repository: Path):
    assert load_corpus(repository)["text"][:] == ["A heron.", "A mill.", "A bridge."]
    assert load_corpus(repository, "validation")["text"][:] == ["A café."]
    assert [row["text"] for row in load_corpus(repository, "validation", streaming=True)] == [
        "A café."
    ]


def test_without_validation_the_last_tenth_is_held_out(tmp_path: Path):
    documents = [str(number) for number in range(30)]
    write_rows(tmp_path / "data/train-00000-of-00001.parquet", text=documents)
    assert load_corpus(tmp_path)["text"][:] == documents[:27]
    assert load_corpus(tmp_path, "validation")["text"][:] == documents[27:]
    with pytest.raises(UserError, match=r"no validation split.*Load it without streaming"):
        load_corpus(tmp_path, streaming=True)


def test_a_dataset_that_has_only_a_test_split(tmp_path: Path):
    write_rows(tmp_path / "data/test-00000-of-00001.parquet", text=["a", "b"])
    with pytest.raises(UserError, match="no split to train on, but test"):
        load_corpus(tmp_path)


def test_a_dataset_of_several_configurations(tmp_path: Path):
    write_rows(tmp_path / "en/train.parquet", text=["a", "b"])
    write_rows(tmp_path / "fr/train.parquet", text=["c", "d"])
    (tmp_path / "README.md").write_text(
        """---
configs:
- {config_name: en, data_files: en/*}
- {config_name: fr, data_files: fr/*}
---
"""
    )
    with pytest.raises(UserError, match=r"(?s)could not be read.*choose one with config="):
        load_corpus(tmp_path)
    assert load_corpus(tmp_path, config="fr")["text"][:] == ["c"]


def test_an_empty_folder(tmp_path: Path):
    with pytest.raises(UserError, match=r"The folder /.* holds no corpus .* \(\.txt, \.jsonl"):
        load_corpus(tmp_path)


def test_a_folder_of_empty_files(tmp_path: Path):
    (tmp_path / "train.txt").touch()
    with pytest.raises(UserError, match=r"The folder .* holds no corpus that can be read"):
        load_corpus(tmp_path)


def test_a_folder_of_blank_lines(tmp_path: Path):
    (tmp_path / "train.txt").write_text("\n \n\n")
    with pytest.raises(UserError, match=r"has 3 documents, and all of them are blank"):
        load_corpus(tmp_path)


def test_a_folder_with_text_that_is_not_utf8(tmp_path: Path):
    (tmp_path / "train.txt").write_bytes(b"A caf\xe9.\nA mill.\n")
    with pytest.raises(UserError, match=r"A file of /.* is not UTF-8: .*0xe9.*iconv -f latin1"):
        load_corpus(tmp_path)


@pytest.mark.parametrize("name", ["notes.md", "config.json"])
def test_a_folder_in_which_nothing_can_be_read(tmp_path: Path, name: str):
    (tmp_path / name).write_text("{}")
    with pytest.raises(UserError, match=r"The folder .* holds no corpus that can be read"):
        load_corpus(tmp_path)


def test_a_relative_folder_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=f"The folder {tmp_path} holds no corpus"):
        load_corpus("./")


def test_texts_in_a_folder_hold_a_document_a_line(tmp_path: Path):
    (tmp_path / "train.txt").write_text("A heron.\nA mill.\n")
    (tmp_path / "validation.txt").write_text("A café.\n")
    assert load_corpus(tmp_path)["text"][:] == ["A heron.", "A mill."]
    assert load_corpus(tmp_path, "validation")["text"][:] == ["A café."]
