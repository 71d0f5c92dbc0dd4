import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.training import (
    IGNORED,
    bits_per_byte,
    cross_entropy,
    cross_entropy_by_formula,
    perplexity,
)


@pytest.fixture
def logits() -> torch.Tensor:
    return torch.randn(3, 5, 11, generator=torch.Generator().manual_seed(0)) * 20


@pytest.fixture
def targets() -> torch.Tensor:
    targets = torch.randint(11, (3, 5), generator=torch.Generator().manual_seed(1))
    targets[1, 2:] = IGNORED
    return targets


def test_worked_example():
    logits, target = torch.tensor([[0.0, math.log(3)]]), torch.tensor([1])
    assert cross_entropy(logits, target).item() == pytest.approx(-math.log(3 / 4))


def test_formula_equals_library(logits, targets):
    expected = F.cross_entropy(logits.transpose(1, 2), targets, reduction="none")
    torch.testing.assert_close(cross_entropy_by_formula(logits, targets), expected)
    torch.testing.assert_close(cross_entropy(logits, targets, "none"), expected)


def test_mean_is_over_the_targets_that_count(logits, targets):
    rows = cross_entropy(logits, targets, "none")
    assert rows[1, 2:].eq(0).all()
    torch.testing.assert_close(cross_entropy(logits, targets), rows.sum() / 12)
    torch.testing.assert_close(cross_entropy(logits, targets, "sum"), rows.sum())


def test_large_logits_do_not_overflow():
    logits = torch.tensor([[1000.0, 0.0], [-1000.0, 0.0]])
    losses = cross_entropy_by_formula(logits, torch.tensor([0, 0]))
    torch.testing.assert_close(losses, torch.tensor([0.0, 1000.0]))


def test_sixteen_bit_logits_are_summed_in_float32():
    logits = torch.zeros(1, 5000, dtype=torch.bfloat16)
    assert cross_entropy(logits, torch.tensor([0])).item() == pytest.approx(math.log(5000))


@given(st.floats(-50, 50))
def test_a_constant_on_all_logits_changes_nothing(shift):
    logits = torch.linspace(-2, 3, 7)[None]
    target = torch.tensor([4])
    before, after = (cross_entropy_by_formula(z, target) for z in (logits, logits + shift))
    torch.testing.assert_close(before, after, atol=1e-4, rtol=0)


@pytest.mark.parametrize("size", [2, 8, 1000])
def test_units_of_a_uniform_guess(size):
    assert perplexity(math.log(size)) == pytest.approx(size)
    assert bits_per_byte(nats=50 * math.log(size), bytes=50) == pytest.approx(math.log2(size))
