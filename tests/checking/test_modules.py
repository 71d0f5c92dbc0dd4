"""Parameters and gradients, copied out and in."""

import pytest
import torch
from torch import nn

from llmcourse.checking import (
    Mismatch,
    close,
    construct,
    grad,
    load_params,
    params,
)


class Tied(nn.Module):
    """Two layers that share one matrix, or have two equal ones."""

    def __init__(self, share: bool):
        super().__init__()
        self.first = nn.Linear(2, 2, bias=False)
        self.second = self.first if share else nn.Linear(2, 2, bias=False)

    def forward(self, x):
        return self.second(self.first(x))


def test_parameters_are_copied_out_and_in():
    one, other = construct(Tied, False), construct(Tied, False)
    values = params(one)
    assert values.keys() == {"first.weight", "second.weight"}
    load_params(other, values)
    close(params(other), values)
    values["first.weight"] += 1
    with pytest.raises(Mismatch):
        close(params(one), values)


def test_parameters_that_do_not_fit_are_refused():
    model = construct(Tied, False)
    with pytest.raises(Mismatch, match=r"Tied has the parameters .*; expected"):
        load_params(model, {"first.weight": torch.zeros(2, 2)})
    with pytest.raises(Mismatch, match=r"shape \(2, 2\); expected \(3, 2\)"):
        load_params(model, params(model) | {"first.weight": torch.zeros(3, 2)})
    with pytest.raises(Mismatch, match="object has no parameters"):
        params(object())


def test_gradients_of_arguments():
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 4.0])
    found = grad(lambda x, n, y: x * x * y * n, x, 2, y)
    close(found.args, [4 * x * y, None, 2 * x * x])
    weighted = grad(lambda x: x * x, x, upstream=torch.tensor([1.0, 10.0]))
    close(weighted.args, [torch.tensor([2.0, 40.0])])
    assert grad(lambda x, y: x * 1, x, y).args[1] is None
    assert not x.requires_grad


def test_gradients_show_that_weights_are_shared():
    shared, apart = construct(Tied, True), construct(Tied, False)
    x = torch.tensor([[1.0, 2.0]])
    weight = torch.tensor([[1.0, 0.5], [-1.0, 2.0]])
    load_params(shared, {"first.weight": weight})
    load_params(apart, {"first.weight": weight, "second.weight": weight})
    both = grad(apart, x).params
    together = {"first.weight": both["first.weight"] + both["second.weight"]}
    torch.testing.assert_close(grad(shared, x).params, together)
    torch.testing.assert_close(grad(shared.forward, x).params, together)


def test_a_gradient_that_was_cut_is_named():
    with pytest.raises(Mismatch, match="It is lost by `detach`"):
        grad(lambda x: x.detach() * 2, torch.ones(2))
    with pytest.raises(Mismatch, match="has no gradient"):
        grad(lambda x: x.sum().item(), torch.ones(2))
