"""What is in a file that was handed in: a notebook, or the archive that `llmcourse submit` makes.

Such an archive holds the notebook as `<step>.ipynb`, `receipt.json`, and `checkpoint.safetensors`
if there is one; anything else makes it another archive, which is not opened further. The receipt is
the learner's word: both files are hashed again, and what differs is said. Nothing is unpickled.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from llmcourse.grading.classroom.collecting.archive import MOST_OF_ONE, Archive
from llmcourse.grading.classroom.collecting.entries import Entry, Unusable
from llmcourse.grading.submission.canonical import Unreadable, notebook_of

RECEIPT, CHECKPOINT = "receipt.json", "checkpoint.safetensors"
MOST_RECEIPT = 100_000  # bytes
_OTHER = "It is a zip archive that `llmcourse submit` did not make: ask for the .ipynb itself."


@dataclass(frozen=True)
class Contents:
    """A notebook, and what came with it."""

    notebook: bytes
    receipt: bytes | None = None
    checkpoint: Path | None = None  # a copy, for as long as the contents are open
    hashes: dict[str, str] = field(default_factory=dict)  # sha256 by file name
    notes: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """The hash that the learner's receipt shows."""
        return hashlib.sha256(self.notebook).hexdigest()


@contextmanager
def contents_of(entry: Entry, step: str) -> Iterator[Contents]:
    """What `entry` holds. Raises `Unusable` where that is no notebook and no archive of `submit`.

    A notebook is not looked into here, so one that is damaged is contents too: see `unreadable`.
    """
    if not entry.name.lower().endswith(".zip"):
        yield Contents(entry.read())
        return
    with tempfile.TemporaryFile() as file:
        _copy(entry, file, MOST_OF_ONE)
        with Archive(file, most=3) as archive, tempfile.TemporaryDirectory() as folder:
            yield _unpacked(archive, step, Path(folder))


def _unpacked(archive: Archive, step: str, folder: Path) -> Contents:
    members = {member.path: member for member in archive.entries()}
    notebook = members.pop(f"{step}.ipynb", None)
    receipt = members.pop(RECEIPT, None)
    weights = members.pop(CHECKPOINT, None)
    if notebook is None or receipt is None or members:
        raise Unusable(_OTHER)
    said = receipt.read(MOST_RECEIPT)
    copy, hashes = None, {}
    if weights is not None:
        copy = folder / CHECKPOINT
        with copy.open("wb") as file:
            hashes[CHECKPOINT] = _copy(weights, file, MOST_OF_ONE)
    contents = notebook.read()
    hashes["notebook"] = hashlib.sha256(contents).hexdigest()
    return Contents(contents, said, copy, hashes, tuple(_differences(said, hashes)))


def _differences(receipt: bytes, hashes: dict[str, str]) -> Iterator[str]:
    """In what the receipt is untrue."""
    said = _object(receipt)
    if said.get("sha256") != hashes["notebook"]:
        yield "The receipt in the archive is of another notebook."
    if said.get("checkpoint") != hashes.get(CHECKPOINT):
        yield "The receipt in the archive is of another checkpoint."


def _object(text: bytes) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _copy(entry: Entry, file: BinaryIO, most: int) -> str:
    """Copy `entry` into `file`; its hash."""
    if entry.problem:
        raise Unusable(entry.problem)
    digest, size = hashlib.sha256(), 0
    with entry.open() as stream:
        while part := stream.read(1 << 20):
            size += len(part)
            if size > most:
                raise Unusable(f"It is larger than {most // 10**6} MB.")
            digest.update(part)
            file.write(part)
    file.flush()
    return digest.hexdigest()


def place_checkpoint(contents: Contents, target: Path) -> None:
    """Copy the checkpoint, where there is one, to `target`."""
    if contents.checkpoint is not None:
        shutil.copyfile(contents.checkpoint, target)


def another_set(notebook: bytes, step: str) -> str:
    """The set that a notebook says it belongs to, where that is another one; else empty.

    A notebook that names no set, or can't be read, may be of this one: the grader decides.
    """
    metadata = _object(notebook).get("metadata")
    mark = metadata.get("llmcourse") if isinstance(metadata, dict) else None
    named = mark.get("step") if isinstance(mark, dict) else None
    return named[:60] if isinstance(named, str) and named != step else ""


def unreadable(notebook: bytes) -> str:
    """Why the grader will refuse it whatever the set is, in the grader's words; else empty.

    >>> unreadable(b"")
    'The file is empty.'
    """
    try:
        notebook_of(notebook)
    except Unreadable as error:
        return error.wrong
    return ""
