"""Small models over the combinations of choices, such that every pair of values occurs together."""

import itertools
import random

import pytest
import torch

from llmcourse.network import GPT, Config

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
