"""What is handed in: the bytes that were saved, the same archive each time, nothing worthless."""

import errno
import json
import os
import struct
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.contents import contents_of
from llmcourse.grading.classroom.collecting.entries import Entry
from llmcourse.grading.notebook.reading import Notebook, read
from llmcourse.grading.self_check import handing_in
from llmcourse.grading.self_check.handing_in import (
    nothing_written,
    pack,
    receipt_for,
    weights_in,
    work_in,
)
from tests.grading.conftest import SOLVED, STEP

ROOT = Path(__file__).parents[3]
STATES = {"double": "passed", "first": "not yet"}


@pytest.fixture
def weights(tmp_path) -> Path:
    path = tmp_path / "run" / "model.safetensors"
    path.parent.mkdir()
    safetensors.numpy.save_file({"w": np.arange(6, dtype=np.float32).reshape(2, 3)}, path)
    return path


def packed(path: Path, folder: Path, checkpoint: Path | None = None) -> Path:
    work = work_in(path)
    found = weights_in(checkpoint) if checkpoint else None
    return pack(work, found, receipt_for(work, found, STATES), folder)


def test_the_archive_holds_the_notebook_as_it_was_saved_and_a_receipt(learner, tmp_path, weights):
    learner.write(**SOLVED)
    content = learner.path.read_bytes()
    os.utime(learner.path, (1_000_000_000, 1_000_000_000))  # 2001-09-09 01:46:40 UTC
    os.utime(weights, (900_000_000, 900_000_000))
    path = packed(learner.path, tmp_path / "out", weights)
    digest = sha256(content).hexdigest()
    assert path == tmp_path / "out" / f"{STEP}-{digest[:12]}.zip"
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        names = [f"{STEP}.ipynb", "checkpoint.safetensors", "receipt.json"]
        assert archive.namelist() == names
        assert archive.read(names[0]) == content
        assert archive.read(names[1]) == weights.read_bytes()
        receipt = json.loads(archive.read(names[2]))
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in archive.infolist()} == {3}
        assert {info.external_attr >> 16 for info in archive.infolist()} == {0o100644}
    assert receipt == {
        "format": 1,
        "step": STEP,
        "sha256": digest,
        "checkpoint": sha256(weights.read_bytes()).hexdigest(),
        "made": "2001-09-09T01:46:40+00:00",
        "check": STATES,
    }
    assert str(tmp_path).encode() not in path.read_bytes()


def test_collecting_takes_the_archive_and_sees_the_same_hash(learner, tmp_path, weights):
    path = packed(learner.write(**SOLVED).path, tmp_path / "out", weights)
    entry = Entry(path.name, path.stat().st_size, 0.0, lambda: path.open("rb"))
    with contents_of(entry, STEP) as contents:
        assert contents.notebook == learner.path.read_bytes()
        assert contents.sha256.startswith(path.stem.removeprefix(f"{STEP}-"))
        assert contents.checkpoint.read_bytes() == weights.read_bytes()
        assert contents.notes == ()


def test_the_same_files_give_the_same_bytes_wherever_they_lie(learner, tmp_path, weights):
    learner.write(**SOLVED)
    first = packed(learner.path, tmp_path / "a", weights).read_bytes()
    again = packed(learner.path, tmp_path / "a", weights)
    assert again.read_bytes() == first
    elsewhere = tmp_path / "elsewhere" / "Copy of it.ipynb"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes(learner.path.read_bytes())
    state = learner.path.stat()
    os.utime(elsewhere, (state.st_atime, state.st_mtime))
    assert packed(elsewhere, tmp_path / "b", weights).read_bytes() == first
    learner.add("x = 1")
    assert packed(learner.path, tmp_path / "a", weights) != again


def test_a_release_in_which_nothing_was_written_is_refused(learner):
    with pytest.raises(UserError, match="no solution has been written") as error:
        work_in(learner.path)
    assert "save" in error.value.todo.lower()
    assert work_in(learner.write(double=SOLVED["double"]).path).step == STEP


def test_the_release_of_our_set_is_known_as_untouched():
    path = ROOT / "exercises" / "3-decoding" / "3-decoding.ipynb"
    notebook = json.loads(path.read_bytes())
    assert nothing_written(notebook["cells"])
    own = [cell for cell in notebook["cells"] if cell["id"] == "kv-cache"]
    own[0]["source"] = "".join(own[0]["source"]) + "\n    return q"
    assert not nothing_written(notebook["cells"])


@pytest.mark.parametrize(
    ("change", "nothing"),
    [
        (lambda cells: None, True),
        (lambda cells: [c.update(source="".join(c["source"]) + " \r\n") for c in cells], True),
        (lambda cells: cells.append(added("  \n")), True),
        (lambda cells: cells.append(added("def double(x):\n    return 2 * x")), False),
        (lambda cells: [c["metadata"].clear() for c in cells], False),  # nobody knows
        (lambda cells: [marks(c).pop("checksum", None) for c in cells], False),
        (lambda cells: [marks(c).update(solution=False) for c in cells], False),
    ],
)
def test_it_is_refused_only_where_it_is_certain(released_bytes, change, nothing):
    cells = json.loads(released_bytes)["cells"]
    change(cells)
    assert nothing_written(cells) is nothing


def marks(cell: dict) -> dict:
    return cell["metadata"].get("nbgrader", {})


def added(source: str) -> dict:
    return {"cell_type": "code", "id": "new", "metadata": {}, "source": source}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 a zip", "is not a notebook"),
        (b'{"cells": []}', "is not a problem set of the course"),
    ],
)
def test_what_is_no_set_is_refused(tmp_path, content, said):
    path = tmp_path / f"{STEP}.ipynb"
    path.write_bytes(content)
    with pytest.raises(UserError, match=said):
        work_in(path)


def test_a_file_that_is_too_large_or_none_is_refused(learner, tmp_path, monkeypatch):
    learner.write(**SOLVED)
    with pytest.raises(UserError, match=r"none\.ipynb can't be read: No such file"):
        work_in(tmp_path / "none.ipynb")
    with pytest.raises(UserError, match="is not a file"):
        work_in(tmp_path)
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(UserError, match=r"pipe\.ipynb is not a file"):
        work_in(tmp_path / "pipe.ipynb")
    monkeypatch.setattr(handing_in, "MOST_BYTES", 1000)
    with pytest.raises(UserError, match="at most 0 MB are taken") as error:
        work_in(learner.path)
    assert "Clear the notebook's outputs" in error.value.todo


@pytest.mark.parametrize(
    "name", [f"{STEP}.ipynb", f"Copy of {STEP}.ipynb", "1_Tiny (2).ipynb", f"{STEP}-Copy1.ipynb"]
)
def test_the_set_is_told_by_the_release_else_by_the_files_name(learner, tmp_path, name):
    learner.write(**SOLVED)
    lost = tmp_path / name
    notebook = learner.notebook | {"metadata": {}}
    lost.write_text(json.dumps(notebook))
    assert work_in(lost).step == STEP
    nameless = learner.path.with_name("mine.ipynb")
    nameless.write_text(json.dumps(notebook))
    assert work_in(nameless).step == STEP  # by its folder
    nameless = nameless.rename(tmp_path / "mine.ipynb")
    with pytest.raises(UserError, match="doesn't say of which problem set it is") as error:
        work_in(nameless)
    assert "Rename the file" in error.value.todo


@pytest.mark.parametrize("step", ["../../evil", "1-tiny/../x", "", "1-\x1b[2Jtiny"])
def test_a_set_that_would_lead_elsewhere_is_not_believed(learner, tmp_path, step):
    learner.notebook["metadata"]["llmcourse"]["step"] = step
    learner.write(**SOLVED)
    assert packed(learner.path, tmp_path / "out").parent == tmp_path / "out"
    assert work_in(learner.path).step == STEP


def test_a_runs_folder_stands_for_its_weights(weights):
    assert weights_in(weights.parent) == weights_in(weights)
    assert weights_in(weights).size == weights.stat().st_size


def header(table: object, data: bytes = b"") -> bytes:
    text = json.dumps(table).encode()
    return struct.pack("<Q", len(text)) + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 what torch.save writes",
        b"version https://git-lfs.github.com/spec/v1\n",
        struct.pack("<Q", 2**62) + b"{}",
        header([]),
        header({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"1234"),
        header({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, b"12345678more"),
        header({"w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}, b"12345678"),
    ],
)
def test_a_checkpoint_that_is_no_safetensors_file_is_refused(tmp_path, content):
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(UserError, match="is cut off or is no safetensors file") as error:
        weights_in(path)
    assert "pickled weights" in error.value.todo


def test_a_checkpoint_without_tensors_too_large_or_missing_is_refused(
    tmp_path, weights, monkeypatch
):
    empty = tmp_path / "empty.safetensors"
    empty.write_bytes(header({}))
    with pytest.raises(UserError, match="holds no tensor"):
        weights_in(empty)
    with pytest.raises(UserError, match=r"model\.safetensors can't be read: No such file"):
        weights_in(tmp_path)
    monkeypatch.setattr(handing_in, "MOST_OF_A_CHECKPOINT", 50)
    with pytest.raises(UserError, match="at most 0 MB are taken"):
        weights_in(weights)


def test_a_notebook_that_is_saved_while_it_is_read_is_noticed(learner, monkeypatch):
    def slow(path: Path) -> Notebook:
        found = read(path)
        learner.add("x = 1")
        return found

    learner.write(**SOLVED)
    monkeypatch.setattr(handing_in, "read", slow)
    with pytest.raises(UserError, match="changed while it was read"):
        work_in(learner.path)


def test_a_checkpoint_that_is_written_to_meanwhile_is_noticed(learner, tmp_path, weights):
    work = work_in(learner.write(**SOLVED).path)
    found = weights_in(weights)
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\0")
    receipt = receipt_for(work, found, {})
    with pytest.raises(UserError, match="changed while it was read"):
        pack(work, found, receipt, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_leaves_nothing_and_what_was_there(learner, tmp_path, monkeypatch):
    path = packed(learner.write(**SOLVED).path, tmp_path / "out")
    before = path.read_bytes()

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match="could not be written: No space left"):
        packed(learner.path, tmp_path / "out")
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match="could not be written"):
        packed(learner.path, tmp_path / "file")


def test_a_stop_while_it_writes_leaves_nothing(learner, tmp_path, weights, monkeypatch):
    work, found = work_in(learner.write(**SOLVED).path), weights_in(weights)

    def stop(path: Path) -> None:  # the notebook is in the archive by then
        raise KeyboardInterrupt

    monkeypatch.setattr(handing_in, "_opened", stop)
    with pytest.raises(KeyboardInterrupt):
        pack(work, found, receipt_for(work, found, {}), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
