"""Places: what is replaced is kept, the same changes nothing, and a kill loses nothing."""

import contextlib
import hashlib
import io
import json
import os
import resource
import signal
import unicodedata
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.contents import Contents
from llmcourse.grading.classroom.collecting.entries import Entry, Unusable
from llmcourse.grading.classroom.collecting.placing import Placed, Places
from llmcourse.grading.classroom.collecting.senders import Sent
from tests.grading.conftest import STEP


@pytest.fixture
def places(tmp_path) -> Places:
    return Places(tmp_path / "gradebook", STEP)


def sent(file: str = "x.ipynb", **fields) -> Sent:
    entry = Entry(file, 0, 0.0, lambda: contextlib.nullcontext(io.BytesIO()))
    return Sent(entry, "canvas", user="12345", name="ada", file=file, **fields)


def place(places: Places, content: bytes, student: str = "ada", **fields) -> Placed:
    with places.held():
        return places.place(student, sent(**fields), Contents(content))


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def test_a_file_lies_where_the_grader_looks_and_says_where_it_is_from(places):
    done = place(places, b"one", late=True, submission="67", timestamp="2026-11-22 14:00:00 UTC")
    assert done == Placed(places.gradebook / "submitted" / "ada" / STEP)
    assert (done.folder / f"{STEP}.ipynb").read_bytes() == b"one"
    assert (done.folder / "timestamp.txt").read_text() == "2026-11-22 14:00:00 UTC\n"
    assert json.loads((done.folder / "origin.json").read_text()) == {
        "format": 1,
        "source": "canvas",
        "user": "12345",
        "submission": "67",
        "name": "ada",
        "file": "x.ipynb",
        "late": True,
        "sha256": hashlib.sha256(b"one").hexdigest(),
        "timestamp": "2026-11-22 14:00:00 UTC",
    }


def test_a_time_of_another_form_is_not_written(places):
    folder = place(places, b"one", timestamp="yesterday").folder
    assert not (folder / "timestamp.txt").exists()


def test_what_is_replaced_is_kept_and_the_same_again_changes_nothing(places):
    place(places, b"one", submission="1")
    second = place(places, b"two")
    assert second.replaced == places.gradebook / "replaced" / STEP / "ada" / "0001"
    before = files(places.gradebook)
    assert before[f"replaced/{STEP}/ada/0001/{STEP}.ipynb"] == b"one"
    assert json.loads((second.replaced / "origin.json").read_text())["submission"] == "1"
    again = place(places, b"two", submission="99")
    assert (again.is_new, again.replaced) == (False, None)
    assert files(places.gradebook) == before
    third = place(places, b"one")
    assert third.replaced.name == "0002"
    assert "handed in before" in third.notes[0]
    assert files(third.folder)[f"{STEP}.ipynb"] == b"one"


def test_what_somebody_put_there_by_hand_is_replaced_whole(places):
    folder = places.gradebook / "submitted" / "ada" / STEP
    folder.mkdir(parents=True)
    (folder / f"{STEP}.ipynb").write_bytes(b"one")
    (folder / "notes.txt").write_bytes(b"keep")
    (folder.parent / f"{STEP} (1).ipynb").write_bytes(b"loose")
    done = place(places, b"one")
    assert files(done.replaced) == {f"{STEP}.ipynb": b"one", "notes.txt": b"keep"}
    assert (folder.parent / f"{STEP} (1).ipynb").exists()


def test_a_loose_notebook_in_the_students_folder_is_told(places):
    folder = places.gradebook / "submitted" / "ada"
    folder.mkdir(parents=True)
    (folder / "old.ipynb").write_bytes(b"old")
    assert "'old.ipynb', which no longer counts" in place(places, b"one").notes[0]


def test_a_folder_that_is_a_link_is_not_followed(places, tmp_path):
    (places.gradebook / "submitted").mkdir(parents=True)
    (places.gradebook / "submitted" / "ada").symlink_to(tmp_path)
    with pytest.raises(Unusable, match="is a link"):
        place(places, b"one")
    assert not (tmp_path / STEP).exists()


def test_a_folder_that_a_mac_made_is_the_students(places):
    folder = places.gradebook / "submitted" / unicodedata.normalize("NFD", "Zoë")
    folder.mkdir(parents=True)
    assert place(places, b"one", student="Zoë").folder == folder / STEP


def test_a_dry_run_says_the_same_and_writes_nothing(places):
    place(places, b"one")
    before = files(places.gradebook)
    dry = places.place("ada", sent(), Contents(b"two"), dry_run=True)
    assert files(places.gradebook) == before
    assert dry == place(places, b"two")


@pytest.mark.parametrize("renames", [0, 1, 2])
def test_killed_at_any_step_the_next_collector_completes_it(places, renames, monkeypatch):
    place(places, b"one")
    rename, done = Path.rename, []

    def killed(path: Path, target: Path) -> Path:
        if len(done) == renames:
            raise KeyboardInterrupt
        done.append(target)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", killed)
    with pytest.raises(KeyboardInterrupt):
        place(places, b"two")
    monkeypatch.undo()
    with places.held():  # whoever comes next, with another file or none
        found = files(places.gradebook)
    assert found[f"submitted/ada/{STEP}/{STEP}.ipynb"] == (b"one", b"one", b"two")[renames]
    assert b"one" in found.values()
    assert [name for name in found if "/." in name] == []
    place(places, b"two")
    found = files(places.gradebook)
    assert found[f"submitted/ada/{STEP}/{STEP}.ipynb"] == b"two"
    assert found[f"replaced/{STEP}/ada/0001/{STEP}.ipynb"] == b"one"
    assert not (places.gradebook / "replaced" / STEP / "ada" / "0002").exists()


def test_a_full_disk_leaves_what_was_there(places):
    place(places, b"one")
    before = files(places.gradebook)
    unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, unlimited[1]))
    try:
        with pytest.raises(UserError, match=r"could not be written.+same command again"):
            place(places, os.urandom(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        signal.signal(signal.SIGXFSZ, ignored)
    assert files(places.gradebook) == before


def test_a_folder_that_may_not_be_written_is_one_clear_error(places, monkeypatch):
    def refuses(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    place(places, b"one")
    ready = places.gradebook / "submitted" / "ada" / f".{STEP}.ready"
    ready.mkdir()
    (ready.parent / STEP).rename(ready.parent / "away")
    monkeypatch.setattr(Path, "rename", refuses)
    with pytest.raises(UserError, match="could not be written: Permission denied"):
        place(places, b"two")
