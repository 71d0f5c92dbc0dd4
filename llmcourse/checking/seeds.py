"""Random numbers for hidden tests: others for each task and attempt, the same when graded again."""

import hashlib
import os
import random
from typing import Any


def seeded(task: str, seed: str | int | None = None) -> Any:
    """A `torch.Generator` for the hidden tests of a task: other numbers for each task and seed.

    The seed is that of the attempt, `$LLMCOURSE_SEED` where none is given (else 0).
    """
    import torch

    return torch.Generator().manual_seed(_number(task, seed))


def seeded_random(task: str, seed: str | int | None = None) -> random.Random:
    """As `seeded`, for what torch does not draw: cuts, words, choices."""
    return random.Random(_number(task, seed))


def _number(task: str, seed: str | int | None) -> int:
    if seed is None:
        seed = os.environ.get("LLMCOURSE_SEED", "0")
    digest = hashlib.sha256(f"{seed}/{task}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1  # 63 bits: what torch and random both take
