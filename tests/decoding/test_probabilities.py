"""The softmax against torch's, at its edges, and by hand."""

import pytest
import torch

from llmcourse.decoding import softmax
from llmcourse.errors import UserError


@pytest.mark.parametrize("temperature", [0.01, 0.5, 1.0, 3.0])
def test_softmax_is_torchs(temperature):
    logits = torch.randn(4, 5, 30) * 10
    expected = torch.softmax(logits.double() / temperature, dim=-1).float()
    torch.testing.assert_close(softmax(logits, temperature), expected, atol=1e-6, rtol=1e-5)


def test_softmax_by_hand():
    logits = torch.tensor([0.0, 3.0]).log()  # chances 0 : 3
    assert softmax(logits).tolist() == [0.0, 1.0]
    weights = torch.tensor([1.0, 3.0])
    torch.testing.assert_close(softmax(weights.log()), weights / 4)
    torch.testing.assert_close(softmax(weights.log(), 0.5), weights**2 / 10)


@pytest.mark.parametrize("shift", [-1e30, -1e4, 1e4, 1e30])
def test_huge_logits_do_not_overflow(shift):
    probabilities = softmax(torch.tensor([shift, shift, -torch.inf]))
    assert probabilities.tolist() == [0.5, 0.5, 0.0]


def test_a_tiny_temperature_takes_the_largest():
    assert softmax(torch.tensor([500.0, 1000.0]), 1e-30).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_cannot_be_is_an_error(temperature):
    with pytest.raises(UserError, match="no temperature of"):
        softmax(torch.zeros(3), temperature)
