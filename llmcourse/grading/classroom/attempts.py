"""Every attempt of every student, with every result that it got: files that are only ever added.

    gradebook/key                   makes the seeds of hidden tests, for this course alone
    gradebook/attempts/<step>/<student>/0001/
        attempt.json submitted.ipynb                    what came, and when
        result.json feedback.html graded.ipynb          what it was given
        result-2.json feedback-2.html graded-2.ipynb    … when it was graded again

An attempt is written beside its place and renamed, so it is whole or not there; whoever writes
holds the lock of the student's folder, so no two take one number. The newest attempt, by the order
in which they came, is the one that counts. All else that a class produces (nbgrader's gradebook,
tables) can be made again from here.
"""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.classroom.course_key import course_key, seed
from llmcourse.grading.classroom.folders import folder_name, locked
from llmcourse.grading.submission.result import Result

FORMAT = 1


@dataclass(frozen=True)
class HandedIn:
    """A file as it came."""

    name: str
    sha256: str
    content: bytes | None  # None: too large to keep
    timestamp: str = ""  # nbgrader's


@dataclass(frozen=True)
class Graded:
    """What grading it gave: the result and two ways to read it."""

    result: Result
    feedback: Callable[[int], str]  # the learner's page, for an attempt's number
    notebook: str  # for the instructor, see `formgrader`


@dataclass(frozen=True)
class Attempt:
    """One file that one student handed in, and where its results are."""

    folder: Path
    step: str
    student: str
    number: int  # from 1, in the order in which they came
    received: str  # ISO 8601, UTC
    name: str
    sha256: str
    timestamp: str

    @property
    def results(self) -> int:
        """How many results it has."""
        return sum(1 for path in self.folder.glob("result*.json"))

    @property
    def result(self) -> Result:
        """The newest result. Raises `UserError` where the file is damaged."""
        path = self.folder / _numbered("result.json", self.results)
        with _readable(path):
            return Result.from_json(path.read_text(encoding="utf-8"))

    @property
    def feedback(self) -> Path:
        """The learner's page of the newest result."""
        return self.folder / _numbered("feedback.html", self.results)

    @property
    def notebook(self) -> Path:
        """The instructor's notebook of the newest result."""
        return self.folder / _numbered("graded.ipynb", self.results)

    @property
    def submitted(self) -> Path:
        """The file that was handed in; not there if it was too large to keep."""
        return self.folder / "submitted.ipynb"


class Attempts:
    """The attempts below one `gradebook/` folder."""

    def __init__(self, gradebook: Path):
        self.gradebook = gradebook
        self._key: bytes | None = None

    def place(self, step: str, student: str) -> Path:
        """The folder of all attempts of `student`."""
        return self.gradebook / "attempts" / folder_name(step) / folder_name(student)

    def students(self, step: str) -> list[str]:
        """Who has an attempt."""
        folder = self.gradebook / "attempts" / folder_name(step)
        names = (path.name for path in folder.glob("*") if not path.name.startswith("."))
        return sorted(unquote(name, errors="surrogatepass") for name in names)

    def of(self, step: str, student: str) -> list[Attempt]:
        """All attempts of `student`, in the order in which they came."""
        folders = sorted(self.place(step, student).glob("[0-9]*"), key=lambda path: int(path.name))
        return [_read(folder) for folder in folders]

    def newest(self, step: str, student: str) -> Attempt | None:
        """The attempt that counts."""
        folders = self.place(step, student).glob("[0-9]*")
        newest = max(folders, key=lambda path: int(path.name), default=None)
        return newest and _read(newest)

    def needs_grading(
        self, step: str, student: str, sha256: str, bundle: str
    ) -> tuple[bool, Attempt | None]:
        """Whether a file must be graded by this bundle, and the newest attempt.

        It need not where the newest attempt is that very file with a result by that very bundle.
        An older attempt is no reason: who hands in an old file again wants it to count.
        """
        newest = self.newest(step, student)
        same = newest is not None and newest.sha256 == sha256 and newest.result.bundle == bundle
        return not same, newest

    def record(
        self,
        step: str,
        student: str,
        handed_in: HandedIn,
        graded: Graded,
        *,
        regrade: bool = False,
    ) -> Attempt:
        """Keep a result, and the file if it is a new attempt; the attempt that it became.

        If another grader has kept the same in the meantime, nothing is written. Raises `UserError`
        where it can't be written.
        """
        place = self.place(step, student)
        with locked(place):
            _throw_away_halves(place)
            sha256, bundle = handed_in.sha256, graded.result.bundle
            needed, newest = self.needs_grading(step, student, sha256, bundle)
            if newest is not None and newest.sha256 == sha256:
                if needed or regrade:
                    _write_result(newest.folder, newest.results + 1, newest.number, graded)
                return newest
            number = newest.number + 1 if newest else 1
            temporary = place / f".{number:04}.tmp"
            try:
                self._fill(temporary, step, student, handed_in)
                _write_result(temporary, 1, number, graded)
                temporary.rename(place / f"{number:04}")
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
            return _read(place / f"{number:04}")

    def _fill(self, folder: Path, step: str, student: str, handed_in: HandedIn) -> None:
        record = {
            "format": FORMAT,
            "step": step,
            "student": student,
            "received": datetime.now(UTC).isoformat(timespec="seconds"),
            "name": handed_in.name,
            "sha256": handed_in.sha256,
            "timestamp": handed_in.timestamp,
        }
        _write(folder / "attempt.json", json.dumps(record, ensure_ascii=False, indent=1) + "\n")
        if handed_in.content is not None:
            with replacing(folder / "submitted.ipynb") as path:
                path.write_bytes(handed_in.content)

    def tidy(self, step: str) -> None:
        """Remove what a grader that was killed had begun to write."""
        for student in self.students(step):
            place = self.place(step, student)
            with locked(place):
                _throw_away_halves(place)

    def seed(self, step: str, student: str, sha256: str) -> str:
        """What hidden tests draw their inputs from, see `course_key`."""
        if self._key is None:
            self._key = course_key(self.gradebook)
        return seed(self._key, step, student, sha256)


def _throw_away_halves(place: Path) -> None:
    """Remove from a student's folder, which is locked, what a killed grader left there."""
    for left in place.glob(".*.tmp"):
        shutil.rmtree(left, ignore_errors=True)
    for left in place.glob("*/.*.tmp"):
        left.unlink(missing_ok=True)


def _write(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _write_result(folder: Path, result: int, attempt: int, graded: Graded) -> None:
    """The result comes last: it is what makes the others count."""
    _write(folder / _numbered("graded.ipynb", result), graded.notebook)
    _write(folder / _numbered("feedback.html", result), graded.feedback(attempt))
    _write(folder / _numbered("result.json", result), graded.result.to_json())


def _numbered(name: str, number: int) -> str:
    """
    >>> _numbered("result.json", 1), _numbered("result.json", 2)
    ('result.json', 'result-2.json')
    """
    stem, _, kind = name.partition(".")
    return name if number == 1 else f"{stem}-{number}.{kind}"


def _read(folder: Path) -> Attempt:
    path = folder / "attempt.json"
    with _readable(path):
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if fields.pop("format") != FORMAT:
            raise ValueError("it was written by another version")
        return Attempt(folder, number=int(folder.name), **fields)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(
            f"{path} is damaged: {error}.",
            todo="Restore it from a copy. Attempts are never written twice, so any copy will do.",
        ) from None
