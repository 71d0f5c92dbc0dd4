"""A class of the small set that has attempts without having been graded: results by hand."""

import functools
import hashlib
import json
from pathlib import Path

from llmcourse.grading.classroom.attempts import Attempt, Attempts, Graded, HandedIn
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of, bundle_path
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.submission.formgrader import graded_notebook
from llmcourse.grading.submission.result import Result, TaskResult
from llmcourse.grading.submission.result import (
    TestResult as Outcome,  # pytest takes Test… for tests,
)
from tests.grading.conftest import STEP

ALL = (2, 1, 1, 1)
"""The points of the small set's four tests: two of `double`, two of `first`."""


class GradedClass:
    """A repository, to which students are added with the points that they earned."""

    def __init__(self, root: Path, released: bytes):
        self.root, self.released = root, released
        self.gradebook = root / "gradebook"
        self.store = Attempts(self.gradebook)
        self.bundle = bundle_of(read_set(root / "solutions" / STEP), json.loads(released))
        self.bundle.write(bundle_path(root, STEP))

    def add(
        self,
        student: str,
        *points: float,
        refused: str = "",
        timestamp: str = "",
        mistakes: tuple[str, str] = ("", ""),
        notebook: bytes | None = None,
        collected: bool = True,
        **origin: object,
    ) -> Attempt:
        """One attempt with these points in the four tests; `origin` is what collect wrote down."""
        content = notebook or json.dumps([student, points, refused]).encode()
        sha256 = hashlib.sha256(content).hexdigest()
        if collected:
            self.hand_in(student, content, timestamp=timestamp, **origin)
        result = result_of(self.bundle, sha256, points, refused, mistakes)
        return self.store.record(
            STEP,
            student,
            HandedIn(f"{STEP}.ipynb", sha256, content, timestamp),
            Graded(
                result,
                lambda number: f"<html>{student}, attempt {number}: {points}</html>",
                graded_notebook(self.bundle, result, ()),
            ),
        )

    def hand_in(self, student: str, content: bytes = b"{}", **origin: object) -> Path:
        """A file in gradebook/submitted, as `llmcourse collect` leaves it."""
        folder = self.gradebook / "submitted" / student / STEP
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{STEP}.ipynb").write_bytes(content)
        known = {"format": 1, "sha256": hashlib.sha256(content).hexdigest(), "late": None}
        (folder / "origin.json").write_text(json.dumps(known | origin))
        return folder


def result_of(
    bundle: Bundle,
    sha256: str,
    points: tuple[float, ...],
    refused: str = "",
    mistakes: tuple[str, str] = ("", ""),
) -> Result:
    """A result of the small set; `mistakes` name the misconception that each task points to."""
    tests = [(2, mistakes[0]), (1, ""), (1, ""), (1, mistakes[1])]
    outcomes = [
        Outcome(got == of, float(got), float(of), "passed" if got == of else "not yet", "", name)
        for got, (of, name) in zip(points, tests, strict=bool(points))
    ]
    tasks = tuple(
        TaskResult(task.id, task.title, outcomes[2 * at], outcomes[2 * at + 1])
        for at, task in enumerate(bundle.tasks)
        if outcomes
    )
    return Result(STEP, sha256, bundle.sha256, "seed", tasks, refused=refused)


@functools.cache
def released_set() -> bytes:
    """The release of the small set, made once."""
    import tempfile

    from llmcourse.grading.problem_sets.release import files_of
    from tests.grading.conftest import make_repository

    with tempfile.TemporaryDirectory() as folder:
        course = make_repository(Path(folder) / "course")
        contract = read_set(course / "solutions" / STEP)
        return files_of(contract, course)[course / "exercises" / STEP / f"{STEP}.ipynb"]
