"""Tests that run a learner's code in the sandbox."""

import os
import shutil

import pytest

needs_bubblewrap = pytest.mark.skipif(
    shutil.which("bwrap") is None and not os.environ.get("CI"),  # there it must be installed
    reason="no bubblewrap: install it (Debian: apt-get install bubblewrap), or run `make system`",
)
