"""Notebooks, and the archives that `llmcourse submit` makes."""

import hashlib
import io
import json
import zipfile

import pytest

from llmcourse.grading.classroom.collecting.contents import another_set, contents_of
from llmcourse.grading.classroom.collecting.entries import Unusable, folder_entries
from tests.grading.conftest import STEP


def receipt(notebook: bytes, checkpoint: bytes | None = None) -> bytes:
    hashed = checkpoint and hashlib.sha256(checkpoint).hexdigest()
    fields = {"format": 1, "step": STEP, "sha256": hashlib.sha256(notebook).hexdigest()}
    return json.dumps(fields | {"checkpoint": hashed, "made": "", "check": {}}).encode()


def archive(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def entry(spread):
    def made(name: str, content: bytes):
        (one,) = folder_entries(spread({name: content}))
        return one

    return made


def test_a_notebook_is_taken_as_it_is(entry):
    with contents_of(entry("ada.ipynb", b"broken"), STEP) as contents:
        assert contents.notebook == b"broken"
        assert contents.sha256 == hashlib.sha256(b"broken").hexdigest()
        assert (contents.receipt, contents.checkpoint, contents.notes) == (None, None, ())


def test_what_submit_made_gives_its_files_and_the_receipt_is_held_against_them(entry):
    weights = b"weights" * 1000
    members = {f"{STEP}.ipynb": b"mine", "checkpoint.safetensors": weights}
    whole = archive(members | {"receipt.json": receipt(b"mine", weights)})
    with contents_of(entry("ada.zip", whole), STEP) as contents:
        assert contents.notebook == b"mine"
        assert contents.receipt == receipt(b"mine", weights)
        assert contents.checkpoint.read_bytes() == weights
        assert contents.notes == ()
    assert not contents.checkpoint.exists()


@pytest.mark.parametrize("said", [receipt(b"other", b"other"), b"[]", b"{", b"\xff", b"[" * 9999])
def test_a_receipt_is_not_believed(entry, said):
    members = {f"{STEP}.ipynb": b"mine", "checkpoint.safetensors": b"w", "receipt.json": said}
    with contents_of(entry("ada.zip", archive(members)), STEP) as contents:
        assert contents.sha256 == hashlib.sha256(b"mine").hexdigest()
        assert contents.notes == (
            "The receipt in the archive is of another notebook.",
            "The receipt in the archive is of another checkpoint.",
        )


@pytest.mark.parametrize(
    "members",
    [
        {},
        {f"{STEP}.ipynb": b"x"},
        {f"{STEP}.ipynb": b"x", "receipt.json": b"{}", "more.py": b"x"},
        {f"deep/{STEP}.ipynb": b"x", "receipt.json": b"{}"},
        {"2-other.ipynb": b"x", "receipt.json": b"{}"},
        {f"{STEP}.ipynb": b"x", "receipt.json": b"{}", "../x": b"x"},
    ],
)
def test_another_archive_is_not_opened_further(entry, members):
    with pytest.raises(Unusable, match="`llmcourse submit` did not make"):
        contents_of(entry("ada.zip", archive(members)), STEP).__enter__()


def test_bad_archives_within_an_archive(entry, monkeypatch):
    many = archive({f"{number}.ipynb": b"" for number in range(4)})
    for content, message in [(b"no zip", "no zip archive"), (many, "more than 3 files")]:
        with pytest.raises(Unusable, match=message):
            contents_of(entry("ada.zip", content), STEP).__enter__()
    monkeypatch.setattr("llmcourse.grading.classroom.collecting.contents.MOST_OF_ONE", 100)
    with pytest.raises(Unusable, match="larger than"):
        contents_of(entry("ada.zip", many), STEP).__enter__()


@pytest.mark.parametrize(
    ("notebook", "expected"),
    [
        (b'{"metadata": {"llmcourse": {"step": "2-other"}}}', "2-other"),
        (b'{"metadata": {"llmcourse": {"step": "1-tiny"}}}', ""),
        (b'{"metadata": {"llmcourse": 3}}', ""),
        (b'{"metadata": []}', ""),
        (b"[]", ""),
        (b"{", ""),
    ],
)
def test_a_notebook_says_its_set(notebook, expected):
    assert another_set(notebook, STEP) == expected
