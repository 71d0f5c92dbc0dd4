"""Small models over the combinations of choices, such that every pair of values occurs together.

And checkpoints of transformers on disk.
"""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import jaxtyping
import pytest
import torch
import transformers

from llmcourse.network import GPT, Config
from tests.network.small_models import gpt2

CHOICES = {
    "position": ["none", "learned", "sinusoidal", "rope", "alibi"],
    "norm": ["layernorm", "rmsnorm"],
    "mlp": ["gelu", "swiglu"],
    "head": ["tied", "untied"],
    "n_kv_head": [None, 2, 1],
    "window": [0, 3],
    "bias": ["all", "none"],
    "qk_norm": ["none", "rms"],
}


@pytest.fixture(autouse=True, scope="session")
def one_thread():
    """Networks this small lose time to a second thread."""
    torch.set_num_threads(1)


@pytest.fixture(autouse=True, scope="session")
def quiet():
    transformers.utils.logging.disable_progress_bar()


def pairs(row: dict) -> set:
    return set(itertools.combinations(row.items(), 2))


def pairwise(choices: dict) -> list[dict]:
    """Rows that together hold every pair of values, the fullest of 100 random rows at each step."""
    rng = random.Random(0)
    missing = set()
    for (a, xs), (b, ys) in itertools.combinations(choices.items(), 2):
        missing |= {((a, x), (b, y)) for x in xs for y in ys}
    rows = []
    while missing:
        drawn = [{name: rng.choice(values) for name, values in choices.items()} for _ in range(100)]
        rows.append(max(drawn, key=lambda row: len(pairs(row) & missing)))
        missing -= pairs(rows[-1])
    return rows


def name(row: dict) -> str:
    return "-".join(str(value) for value in row.values())


@pytest.fixture(params=pairwise(CHOICES), ids=name)
def model(request: pytest.FixtureRequest) -> GPT:
    """Weights large enough that every part of the network moves the logits."""
    torch.manual_seed(0)
    config = Config(vocab_size=23, n_layer=2, n_head=4, n_embd=32, block_size=16, **request.param)
    model = GPT(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return model


@pytest.fixture
def unchecked() -> Iterator[None]:
    """Without the check of types at run time, which users do not have either."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole checkpoint of transformers, to be damaged."""
    gpt2().save_pretrained(tmp_path / "gpt2")
    return tmp_path / "gpt2"


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    """The same in nine files and an index."""
    gpt2().save_pretrained(tmp_path / "sharded", max_shard_size="10KB")
    return tmp_path / "sharded"
