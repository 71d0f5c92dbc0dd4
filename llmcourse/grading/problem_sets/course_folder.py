"""nbgrader's Python API over a course folder of its own, which is gone when the block ends.

The folder has the layout and the rules of the repository's `nbgrader_config.py`, no gradebook, and
only the files that were put there: nothing of the repository is copied by accident, and nothing in
it is overwritten. Importing nbgrader takes seconds, so it happens when the first folder is opened,
once in a process.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.course_config import course_config, nbgrader_needed, quiet


class CourseFolder:
    """A course of nbgrader's: where its files belong, and what can be done with them."""

    def __init__(self, api: Any, folder: Path):
        """Use `course_folder`, which makes the folder and nbgrader's API over it."""
        self.folder = folder
        self._api = api

    def source(self, step: str) -> Path:
        """Where the notebook with the solutions of `step` belongs."""
        return self._place(self._api.coursedir.source_directory, ".", step)

    def release(self, step: str) -> Path:
        """Make the release of `step` from its source; where it is.

        Raises `UserError` with nbgrader's reason where it refuses.
        """
        with quiet():
            done = self._api.generate_assignment(step)
        if not done["success"]:
            raise UserError(
                f"nbgrader refuses {step}: {_reason(done)}.",
                todo=f"Correct the cell in solutions/{step}/, then run the command again.",
            )
        return self._place(self._api.coursedir.release_directory, ".", step)

    def _place(self, *parts: str) -> Path:
        path = self.folder.joinpath(*parts) / f"{parts[-1]}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


@contextmanager
def course_folder(root: Path) -> Iterator[CourseFolder]:
    """A course in a temporary folder, with the configuration of the repository at `root`.

    >>> with course_folder(root) as course:
    ...     course.source("3-decoding").write_bytes(notebook)
    ...     released = course.release("3-decoding")

    Raises `UserError` where `root` is not that of a course, or nbgrader is not installed.
    """
    config = course_config(root)
    with tempfile.TemporaryDirectory(prefix="llmcourse-") as temporary:
        folder = Path(temporary).resolve()
        with quiet():
            api = _open(config, folder)
        yield CourseFolder(api, folder)


def _open(config: Any, folder: Path) -> Any:
    with nbgrader_needed():
        from nbgrader.apps import NbGraderAPI
    config.CourseDirectory.root = str(folder)
    config.GenerateAssignment.no_database = True  # making one takes longest
    config.SaveCells.enabled = False
    return NbGraderAPI(config=config)


def _reason(done: dict[str, Any]) -> str:
    """The first exception in nbgrader's log, else in its traceback, in one line."""
    told = f"{done.get('log', '')}\n{done.get('error', '')}"
    found = re.findall(r"^\s*(?:\w+\.)*(\w+(?:Error|Exception)): (.+)$", told, re.M)
    return f"{found[0][0]}: {found[0][1].rstrip('.')}" if found else "it gives no reason"
