"""Where a collected file lies, and where what it replaces goes: folders that are only ever moved.

    gradebook/submitted/<student>/<step>/    <step>.ipynb origin.json
                                             timestamp.txt receipt.json checkpoint.safetensors
    gradebook/replaced/<step>/<student>/0001/    what lay there before, as it was; then 0002/, …

A new folder is written whole beside the old one, the old one is moved away, the new one takes its
place. Whoever is killed in between leaves one of three states that `tidy` completes. One collector
works at a time. The same file again changes nothing, not even where it says it came from.
"""

import hashlib
import os
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.classroom.collecting.contents import (
    CHECKPOINT,
    RECEIPT,
    Contents,
    place_checkpoint,
)
from llmcourse.grading.classroom.collecting.entries import Unusable
from llmcourse.grading.classroom.collecting.names import is_notebook
from llmcourse.grading.classroom.collecting.origin import FILE as ORIGIN
from llmcourse.grading.classroom.collecting.origin import Origin
from llmcourse.grading.classroom.collecting.senders import TIMESTAMP, Sent
from llmcourse.grading.classroom.folders import folder_name, locked

TIME = "timestamp.txt"


@dataclass(frozen=True)
class Placed:
    """Where a file lies now, and what was there before."""

    folder: Path
    replaced: Path | None = None  # where that is now
    is_new: bool = True  # False: the same file lay there
    notes: tuple[str, ...] = ()


class Places:
    """The submissions of one set below one `gradebook/` folder."""

    def __init__(self, gradebook: Path, step: str):
        self.gradebook, self.step = gradebook, step
        self._submitted = gradebook / "submitted"

    @contextmanager
    def held(self) -> Iterator[None]:
        """Be the only collector for the block, and complete what one that was killed left."""
        with locked(self._submitted):
            try:
                self.tidy()
            except OSError as error:
                raise _unwritable(self._submitted, error) from None
            yield

    def tidy(self) -> None:
        """Complete or undo what was begun."""
        for student in sorted(self._submitted.iterdir()):
            if student.is_symlink() or not student.is_dir():
                continue
            shutil.rmtree(self._half(student), ignore_errors=True)
            ready, place = self._ready(student), student / self.step
            if ready.is_dir() and not os.path.lexists(place):
                ready.rename(place)
            shutil.rmtree(ready, ignore_errors=True)

    def place(
        self, student: str, sent: Sent, contents: Contents, *, dry_run: bool = False
    ) -> Placed:
        """Put what `student` sent into its place, unless the same lies there.

        Raises `Unusable` where the place is none of ours, `UserError` where it can't be written.
        """
        folder = self._folder(student)
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise Unusable(f"{folder} is a link or a file: move it away.")
        place = folder / self.step
        before = self._before(place)
        if before is not None and before == _hashes(contents):
            return Placed(place, is_new=False)
        notes = tuple(self._notes(folder, student, contents))
        there = os.path.lexists(place)
        away = self._next(student) if there else None
        if not dry_run:
            try:
                self._write(folder, sent, contents)
                if away is not None:
                    away.parent.mkdir(parents=True, exist_ok=True)
                    place.rename(away)
                self._ready(folder).rename(place)
            except OSError as error:
                raise _unwritable(place, error) from None
        return Placed(place, away, notes=notes)

    def _write(self, folder: Path, sent: Sent, contents: Contents) -> None:
        half = self._half(folder)
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(parents=True)
        try:
            _put(half / f"{self.step}.ipynb", contents.notebook)
            if contents.receipt is not None:
                _put(half / RECEIPT, contents.receipt)
            if contents.checkpoint is not None:
                with replacing(half / CHECKPOINT) as path:
                    place_checkpoint(contents, path)
            if TIMESTAMP.fullmatch(sent.timestamp):
                _put(half / TIME, f"{sent.timestamp}\n".encode())
            _put(half / ORIGIN, _origin(sent, contents).to_json().encode())
            half.rename(self._ready(folder))
        finally:
            shutil.rmtree(half, ignore_errors=True)

    def _before(self, place: Path) -> dict[str, str] | None:
        """The hashes of what a collector has put there; None where it is not that."""
        names = {f"{self.step}.ipynb": "notebook", RECEIPT: RECEIPT, CHECKPOINT: CHECKPOINT}
        try:
            found = [path for path in place.iterdir() if path.name not in (ORIGIN, TIME)]
            if place.is_symlink() or any(p.is_symlink() or p.name not in names for p in found):
                return None
            return {names[path.name]: _hash(path) for path in found}
        except OSError:
            return None

    def _notes(self, folder: Path, student: str, contents: Contents) -> Iterator[str]:
        for older in reversed(self._replaced(student)):
            if (self._before(older) or {}).get("notebook") == contents.sha256:
                yield f"The same notebook was handed in before, and replaced: {older}."
                break
        if folder.is_dir():
            loose = sorted(path.name for path in folder.iterdir() if is_notebook(path.name))
            if loose and not (folder / self.step).exists():
                yield f"Beside the set's folder lies {loose[0]!r}, which no longer counts."

    def _replaced(self, student: str) -> list[Path]:
        place = self.gradebook / "replaced" / folder_name(self.step) / folder_name(student)
        return sorted(place.glob("[0-9]*"), key=lambda path: int(path.name))

    def _next(self, student: str) -> Path:
        place = self.gradebook / "replaced" / folder_name(self.step) / folder_name(student)
        older = self._replaced(student)
        return place / f"{int(older[-1].name) + 1 if older else 1:04}"

    def _folder(self, student: str) -> Path:
        """The student's folder; one that a Mac has made writes é as two characters."""
        exact = self._submitted / student
        if exact.exists() or not self._submitted.is_dir():
            return exact
        for path in self._submitted.iterdir():
            if unicodedata.normalize("NFC", path.name) == student:
                return path
        return exact

    def _half(self, folder: Path) -> Path:
        return folder / f".{self.step}.tmp"

    def _ready(self, folder: Path) -> Path:
        return folder / f".{self.step}.ready"


def _unwritable(path: Path, error: OSError) -> UserError:
    return UserError(
        f"{path} could not be written: {error.strerror or error}.",
        todo="Make room on the disk or correct the folder's permissions, then run the same "
        "command again.",
    )


def _hashes(contents: Contents) -> dict[str, str]:
    found = {"notebook": contents.sha256}
    if contents.receipt is not None:
        found[RECEIPT] = hashlib.sha256(contents.receipt).hexdigest()
    if contents.checkpoint is not None:
        found[CHECKPOINT] = contents.hashes[CHECKPOINT]
    return found


def _origin(sent: Sent, contents: Contents) -> Origin:
    return Origin(
        source=sent.source,
        user=sent.user,
        submission=sent.submission,
        name=sent.name,
        file=sent.entry.path,
        late=sent.late,
        sha256=contents.sha256,
        timestamp=sent.timestamp,
    )


def _put(path: Path, content: bytes) -> None:
    with replacing(path) as temporary:
        temporary.write_bytes(content)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
