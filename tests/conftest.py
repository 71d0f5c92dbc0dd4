"""What all tests share: one thread a process, and one browser a process.

The tests run side by side, and small tensors gain nothing from more threads.
"""

import os
from collections.abc import Iterator

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported, and for child processes


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """A headless Chromium for all tests of a process."""
    from tests.browser import chromium

    with chromium() as running:
        yield running
