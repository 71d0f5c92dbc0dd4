"""The graded notebooks that formgrader opens, in the folder where it looks for them."""

import shutil
from pathlib import Path

from llmcourse.files import replacing
from llmcourse.grading.classroom.attempts import Attempt
from llmcourse.grading.problem_sets.bundle import Bundle


def is_old(folder: Path, bundle: Bundle, attempt: Attempt) -> bool:
    """Whether formgrader would show the notebook of another attempt or result, or none."""
    page = _page(folder, bundle, attempt)
    if page is None:
        return False
    try:
        return page.read_bytes() != attempt.notebook.read_bytes()
    except OSError:
        return True


def is_another(folder: Path, bundle: Bundle, attempt: Attempt) -> bool:
    """Whether formgrader has shown the notebook of another attempt or result."""
    page = _page(folder, bundle, attempt)
    return page is not None and page.exists() and is_old(folder, bundle, attempt)


def write(folder: Path, bundle: Bundle, attempt: Attempt) -> None:
    """Let formgrader show the notebook of the attempt's newest result."""
    page = _page(folder, bundle, attempt)
    if page is not None:
        for left in page.parent.glob(f".{page.name}.*.tmp"):  # of a grader that was killed
            left.unlink(missing_ok=True)
        with replacing(page) as temporary:
            shutil.copyfile(attempt.notebook, temporary)


def _page(folder: Path, bundle: Bundle, attempt: Attempt) -> Path | None:
    """By the student's name as it is; None for a name that no folder has."""
    if "/" in attempt.student or "\0" in attempt.student or attempt.student in (".", ".."):
        return None
    return folder / attempt.student / attempt.step / bundle.notebook
