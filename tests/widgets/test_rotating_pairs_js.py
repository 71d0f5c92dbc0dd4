"""The figure's turns and scores, in the browser that will run them, against the library's RoPE."""

import math

import pytest
import torch

from llmcourse.network.positions import RoPE

QUERY, KEY = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def pairs(module):
    return module("rotating_pairs.js")


def turned(x: torch.Tensor, place: int, theta: float) -> torch.Tensor:
    rope = RoPE(len(x), place + 1, theta)
    return rope.rotate(x.view(1, 1, 1, -1), torch.tensor([place])).flatten()


@pytest.mark.parametrize("theta", [10.0, 10_000.0])
@pytest.mark.parametrize("place", [0, 1, 37])
def test_a_turn_is_the_library_s(pairs, place, theta):
    got = pairs.call("turn", QUERY.tolist(), place, theta)
    assert got == pytest.approx(turned(QUERY, place, theta).tolist(), abs=1e-5)


def test_the_products_of_the_pairs_add_up_to_the_score(pairs):
    got = pairs.call("products", QUERY.tolist(), KEY.tolist(), 9, 4, 10_000)
    score = turned(QUERY, 9, 10_000.0) @ turned(KEY, 4, 10_000.0) / math.sqrt(8)
    assert len(got) == 4
    assert sum(got) == pytest.approx(score.item(), abs=1e-5)


def test_the_score_depends_on_the_distance_alone(pairs):
    here = pairs.call("curve", QUERY.tolist(), KEY.tolist(), 0, 10_000, 20)
    there = pairs.call("curve", QUERY.tolist(), KEY.tolist(), 150, 10_000, 20)
    assert len(here) == 21
    assert here == pytest.approx(there, abs=1e-9)
    assert max(here) - min(here) > 0.1


@pytest.mark.parametrize(
    ("frequency", "text"),
    [(1, "6.3"), (0.1, "62.8"), (0.005, "1,300"), (2e-6, "3.1 million")],
)
def test_a_full_turn_in_tokens(pairs, frequency, text):
    assert pairs.call("tokens", frequency) == text


def test_the_summary_compares_with_the_same_distance_from_the_start(pairs):
    # One pair, at right angles to itself turned by a quarter: no turn at distance 0.
    said = pairs.call("summary", [1, 0], [1, 0], 5, 5, 10_000)
    assert said == (
        "Query at place 5, key at place 5: distance 0, score 0.71. At places 0 and 0 it is 0.71."
    )
    assert "score −0.70" in pairs.call("summary", [1, 0], [1, 0], 3, 0, 10_000)
