"""nbgrader's Python API over a course folder of its own, which is gone when the block ends.

The folder has the layout and the rules of the repository's `nbgrader_config.py`, a gradebook of its
own, and only the files that were put there: nothing of the repository is copied by accident, and
nothing in it is overwritten. Importing nbgrader takes seconds, so it happens when the first folder
is opened, once in a process. Left out: any defence against the code that is graded.
"""

import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError

CONFIG = "nbgrader_config.py"


class CourseFolder:
    """A course of nbgrader's: where its files belong, and what can be done with them."""

    def __init__(self, api: Any, folder: Path):
        """Use `course_folder`, which makes the folder and nbgrader's API over it."""
        self.folder = folder
        self._api = api

    def source(self, step: str) -> Path:
        """Where the notebook with the solutions of `step` belongs."""
        return self._place(self._api.coursedir.source_directory, ".", step)

    def submitted(self, step: str, student: str) -> Path:
        """Where the notebook that `student` hands in belongs."""
        return self._place(self._api.coursedir.submitted_directory, student, step)

    def release(self, step: str) -> Path:
        """Make the release of `step` from its source; where it is.

        Raises `UserError` with nbgrader's reason where it refuses.
        """
        self._do(step, self._api.generate_assignment, step)
        return self._place(self._api.coursedir.release_directory, ".", step)

    def grade(self, step: str, student: str) -> dict[str, float]:
        """Grade what `student` handed in; the points of each test by its grade_id.

        `step` must have been released in this folder. Raises `UserError` with nbgrader's reason
        where it can't grade: that is not the same as no points.
        """
        self._do(step, self._api.autograde, step, student)
        with _quiet(), self._api.gradebook as book:
            submission = book.find_submission(step, student)
            grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
            return {grade.name: float(grade.score) for grade in grades}

    def _place(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts) / f"{parts[-1]}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _do(self, step: str, action: Any, *arguments: str) -> None:
        with _quiet():
            done = action(*arguments)
        if not done["success"]:
            raise UserError(
                f"nbgrader refuses {step}: {_reason(done)}.",
                todo=f"Correct the cell in solutions/{step}/, then run the command again.",
            )


@contextmanager
def course_folder(root: Path, *, gradebook: bool = True) -> Iterator[CourseFolder]:
    """A course in a temporary folder, with the configuration of the repository at `root`.

    Without a gradebook, which takes longest to make, it can release but not grade.

    >>> with course_folder(root) as course:
    ...     course.source("3-decoding").write_bytes(notebook)
    ...     released = course.release("3-decoding")

    Raises `UserError` where `root` is not that of a course, or nbgrader is not installed.
    """
    if not (root / CONFIG).is_file():
        raise UserError(
            f"{root.resolve()} has no {CONFIG}.",
            todo="Run the command in the root of the course's repository.",
        )
    with tempfile.TemporaryDirectory(prefix="llmcourse-") as temporary:
        folder = Path(temporary).resolve()
        (folder / "gradebook").mkdir()  # nbgrader makes the database, not its folder
        with _quiet():
            api = _open(root, folder, gradebook)
        with _programs_of_this_python():
            yield CourseFolder(api, folder)


def _open(root: Path, folder: Path, gradebook: bool) -> Any:
    try:
        from nbgrader.apps import NbGraderAPI
        from traitlets.config import PyFileConfigLoader
    except ImportError as error:
        raise UserError(
            f"nbgrader is not installed ({error}).",
            todo='Install it: pip install "llmcourse[book,grading]"',
        ) from None
    config = PyFileConfigLoader(CONFIG, path=str(root)).load_config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.db_url = f"sqlite:///{folder}/gradebook/gradebook.db"
    config.KernelManager.connection_file = str(folder / "kernel.json")
    config.KernelManager.ip = str(folder / "kernel")
    config.GenerateAssignment.no_database = not gradebook
    config.SaveCells.enabled = gradebook
    return NbGraderAPI(config=config)


@contextmanager
def _programs_of_this_python() -> Iterator[None]:
    """nbgrader calls `alembic` by name; this finds it in an environment that is not active too."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the warnings of nbgrader's dependencies, which are news for its authors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _reason(done: dict[str, Any]) -> str:
    """The first exception in nbgrader's log, else in its traceback, in one line."""
    told = f"{done.get('log', '')}\n{done.get('error', '')}"
    found = re.findall(r"^\s*(?:\w+\.)*(\w+(?:Error|Exception)): (.+)$", told, re.M)
    return f"{found[0][0]}: {found[0][1].rstrip('.')}" if found else "it gives no reason"
