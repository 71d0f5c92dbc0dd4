"""Strategies against the logits processors of transformers, by hand, and in their order."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers import generation as hf

from llmcourse.decoding import (
    Sampler,
    min_p,
    repetition_penalty,
    softmax,
    temperature,
    top_k,
    top_p,
)
from llmcourse.errors import UserError

LOGITS = torch.randn(16, 50, generator=torch.Generator().manual_seed(0)) * 3
IDS = torch.randint(50, (16, 10), generator=torch.Generator().manual_seed(1))


def seen_in(ids: torch.Tensor) -> torch.Tensor:
    return torch.zeros(len(ids), 50, dtype=torch.bool).scatter(1, ids, True)


def kept(logits: torch.Tensor) -> set[int]:
    return set(torch.isfinite(logits).nonzero().flatten().tolist())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (lambda z: temperature(z, 0.7), hf.TemperatureLogitsWarper(0.7)),
        (lambda z: top_k(z, 1), hf.TopKLogitsWarper(1)),
        (lambda z: top_k(z, 7), hf.TopKLogitsWarper(7)),
        (lambda z: top_k(z, 99), hf.TopKLogitsWarper(99)),
        (lambda z: top_p(z, 0.05), hf.TopPLogitsWarper(0.05)),
        (lambda z: top_p(z, 0.9), hf.TopPLogitsWarper(0.9)),
        (lambda z: top_p(z, 1.0), hf.TopPLogitsWarper(1.0)),
        (lambda z: min_p(z, 0.05), hf.MinPLogitsWarper(0.05)),
        (lambda z: min_p(z, 1.0), hf.MinPLogitsWarper(1.0)),
        (
            lambda z: repetition_penalty(z, seen_in(IDS), 1.3),
            hf.RepetitionPenaltyLogitsProcessor(1.3),
        ),
        (
            lambda z: repetition_penalty(z, seen_in(IDS), 0.8),
            hf.RepetitionPenaltyLogitsProcessor(0.8),
        ),
    ],
)
def test_each_strategy_is_that_of_transformers(ours, theirs):
    before = LOGITS.clone()
    torch.testing.assert_close(ours(LOGITS), theirs(IDS, LOGITS.clone()))
    assert torch.equal(LOGITS, before)


def test_the_token_that_passes_p_stays_in():
    logits = torch.tensor([0.24, 0.61, 0.05, 0.10]).log()
    assert kept(top_p(logits, 0.6)) == {1}
    assert kept(top_p(logits, 0.7)) == {1, 0}
    assert kept(top_p(logits, 0.9)) == {1, 0, 3}


def test_ties():
    logits = torch.tensor([0.0, 1.0, 1.0, 1.0])
    assert kept(top_k(logits, 2)) == {1, 2, 3}
    assert kept(top_p(logits, 0.5)) == {1, 2}
    assert kept(min_p(logits, 1.0)) == {1, 2, 3}


@given(st.lists(st.floats(-20, 20, width=32), min_size=1, max_size=30), st.floats(0.01, 1))
def test_top_p_keeps_the_smallest_set_of_that_mass(values, p):
    logits = torch.tensor(values)
    chances = softmax(logits.double())
    chosen = kept(top_p(logits, p))
    assert chances[list(chosen)].sum() >= p - 1e-5
    least = min(chosen, key=lambda i: chances[i])
    assert p == 1 or sum(chances[i] for i in chosen - {least}) <= p + 1e-5


def test_strategies_take_any_leading_shape():
    logits = LOGITS.view(4, 4, 50)
    for strategy, value in ((temperature, 2.0), (top_k, 5), (top_p, 0.5), (min_p, 0.1)):
        assert torch.equal(strategy(logits, value).view(16, 50), strategy(LOGITS, value))


def test_greedy_takes_the_largest_after_the_penalty():
    logits = torch.tensor([[2.0, 1.9, -1.0]])
    seen = torch.tensor([[True, False, False]])
    assert Sampler(temperature=0)(logits).tolist() == [0]
    assert Sampler(temperature=0, repetition_penalty=1.5)(logits, seen).tolist() == [1]


def test_the_order_is_temperature_then_top_k_then_top_p_then_min_p():
    sampler = Sampler(temperature=0.5, top_k=20, top_p=0.9, min_p=0.05)
    expected = min_p(top_p(top_k(temperature(LOGITS, 0.5), 20), 0.9), 0.05)
    assert torch.equal(sampler.filter(LOGITS), expected)
    # 0.4 of all is 0.57 of the best two: top-p before top-k would keep one token less.
    logits = torch.tensor([[0.4, 0.3, 0.2, 0.1]]).log()
    assert kept(Sampler(top_k=2, top_p=0.6).filter(logits)[0]) == {0, 1}
    # A flat distribution: min-p before temperature would keep both.
    logits = torch.tensor([[0.7, 0.3]]).log()
    assert kept(Sampler(temperature=0.5, min_p=0.3).filter(logits)[0]) == {0}


def test_draws_follow_the_distribution():
    chances = torch.tensor([0.5, 0.3, 0.15, 0.05])
    sampler = Sampler(seed=0)
    draws = sampler(chances.log().expand(20_000, 4), generator=sampler.generator())
    shares = draws.bincount(minlength=4) / 20_000
    error = (chances * (1 - chances) / 20_000).sqrt()
    assert ((shares - chances).abs() < 4 * error).all()


def test_a_seed_repeats_and_another_does_not():
    def draws(seed: int) -> list[int]:
        sampler = Sampler(seed=seed)
        return sampler(LOGITS, generator=sampler.generator()).tolist()

    assert draws(1) == draws(1)
    assert draws(1) != draws(2)


def test_without_a_seed_the_global_generator_draws():
    assert Sampler().generator() is None
    torch.manual_seed(5)
    first = Sampler()(LOGITS)
    torch.manual_seed(5)
    assert torch.equal(Sampler()(LOGITS), first)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("temperature", -0.1),
        ("temperature", math.nan),
        ("temperature", 1e-45),
        ("top_k", -1),
        ("top_p", 0.0),
        ("top_p", 1.1),
        ("min_p", -0.1),
        ("min_p", 1.5),
        ("repetition_penalty", 0.0),
        ("seed", -1),
        ("seed", 2**63),
    ],
)
def test_a_value_out_of_range_is_an_error(field, value):
    with pytest.raises(UserError, match=f"{field} is {value}"):
        Sampler(**{field: value})


@pytest.mark.parametrize(
    ("strategy", "value"), [(temperature, 0.0), (top_k, 0), (top_p, 0.0), (min_p, 0.0)]
)
def test_a_strategy_that_is_off_is_no_strategy(strategy, value):
    with pytest.raises(UserError, match="Give a number"):
        strategy(LOGITS, value)
    with pytest.raises(UserError, match="Give a number above 0"):
        repetition_penalty(LOGITS, seen_in(IDS), 0.0)
