"""Settings of every test of decoding."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Networks this small lose time to a second thread."""
    torch.set_num_threads(1)
