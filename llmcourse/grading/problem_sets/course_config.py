"""nbgrader as this repository has it set up: its configuration, and its import without noise."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError

CONFIG = "nbgrader_config.py"


def course_config(root: Path) -> Any:
    """What the `nbgrader_config.py` at `root` says. Raises `UserError` where there is none."""
    if not (root / CONFIG).is_file():
        raise UserError(
            f"{root.resolve()} has no {CONFIG}.",
            todo="Run the command in the root of the course's repository.",
        )
    with nbgrader_needed():
        from traitlets.config import PyFileConfigLoader
    return PyFileConfigLoader(CONFIG, path=str(root)).load_config()


@contextmanager
def nbgrader_needed() -> Iterator[None]:
    """Raise `UserError` in place of an `ImportError`: nbgrader comes with an extra."""
    try:
        yield
    except ImportError as error:
        raise UserError(
            f"nbgrader is not installed ({error}).",
            todo='Install it: pip install "llmcourse[book,grading]"',
        ) from None


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings of nbgrader's dependencies, which are news for its authors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
