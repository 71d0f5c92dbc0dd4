"""Tests that run a learner's code in the sandbox."""

import os
import shutil
from typing import NoReturn

import pytest

needs_bubblewrap = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"),  # there it must be installed
    reason="no bubblewrap: install it (Debian: apt-get install bubblewrap), or run `make system`",
)


def skip_but_in_ci(message: str) -> NoReturn:
    """Skip the test with a message that says what it lacks; in continuous integration, fail."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)
