"""The hub's loading path, run for real against a server on this machine with one repository."""

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow
import pyarrow.parquet
import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError

COMMIT = "0" * 40
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
def hub(repository: Path):
    """The address of a server that answers for `town/tales` as the hub's API does."""

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self):
            path = urlsplit(self.path).path
            if path == f"/api/datasets/town/tales/revision/{COMMIT}":
                return self.reply(json.dumps({"id": "town/tales", "sha": COMMIT, "siblings": []}))
            if path.startswith(f"/api/datasets/town/tales/tree/{COMMIT}"):
                folder = repository / path.partition(COMMIT)[2].lstrip("/")
                return self.reply(json.dumps([self.entry(child) for child in folder.iterdir()]))
            if path.startswith("/datasets/town/tales/resolve/"):
                file = repository / path.split("/", 6)[6]
                return self.reply(file.read_bytes()) if file.is_file() else self.missing("Entry")
            return self.missing("Repo")

        do_HEAD = do_GET

        def entry(self, path: Path) -> dict:
            kind = "directory" if path.is_dir() else "file"
            name = str(path.relative_to(repository))
            return {"type": kind, "path": name, "size": path.stat().st_size, "oid": name}

        def missing(self, what: str) -> None:
            self.reply("", status=404, headers={"X-Error-Code": f"{what}NotFound"})

        def reply(self, body: str | bytes, status: int = 200, headers: dict | None = None) -> None:
            body = body.encode() if isinstance(body, str) else body
            etag = hashlib.sha1(body).hexdigest()
            self.send_response(status)
            fields = {"X-Repo-Commit": COMMIT, "ETag": f'"{etag}"', "Content-Length": len(body)}
            for name, value in (fields | (headers or {})).items():
                self.send_header(name, str(value))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


# Without clean-up: threads of pyarrow that still read ahead can abort an interpreter that closes.
LEAVE = "\nimport os, sys\nsys.stdout.flush()\nos._exit(0)"


def in_a_process(script: str, **environment: str) -> object:
    """Run `script` where the hub's address can still be chosen; return what it prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script) + LEAVE],
        env=os.environ | {"HF_HUB_DISABLE_XET": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    assert "Retry" not in done.stderr
    return json.loads(done.stdout)


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
