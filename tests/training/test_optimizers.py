import math

import pytest
import torch
from torch import nn

from llmcourse.network import GPT, Config
from llmcourse.training import AdamW, Muon, optimizers
from llmcourse.training.optimizers import optimizers_for, orthogonalize

SHAPES = [(8, 8), (24, 8), (8, 32), (8, 8)]


def parameters(*shapes: tuple[int, ...]) -> list[nn.Parameter]:
    chance = torch.Generator().manual_seed(0)
    return [nn.Parameter(torch.randn(shape, generator=chance)) for shape in shapes]


def follow(optimizer: torch.optim.Optimizer, params: list[nn.Parameter], steps: int = 20) -> None:
    """Take steps with the same gradients for everyone: they depend on the weights and the step."""
    for step in range(steps):
        for p in params:
            p.grad = torch.sin(3 * p.detach() + step) + 0.1 * p.detach()
        optimizer.step()


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
@pytest.mark.parametrize("betas", [(0.9, 0.95), (0.8, 0.999)])
def test_adamw_is_torchs(weight_decay, betas):
    ours, theirs = parameters(*SHAPES, (7,)), parameters(*SHAPES, (7,))
    settings = {"lr": 3e-2, "betas": betas, "weight_decay": weight_decay}
    follow(AdamW(ours, **settings), ours)
    follow(torch.optim.AdamW(theirs, **settings), theirs)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, atol=1e-6, rtol=1e-5)


def test_first_adamw_step_is_lr_long_whatever_the_gradient():
    (p,) = parameters((3,))
    before = p.detach().clone()
    p.grad = torch.tensor([1e-4, -5.0, 300.0])
    AdamW([p], lr=0.01).step()
    torch.testing.assert_close(before - p, torch.tensor([0.01, -0.01, 0.01]), atol=2e-6, rtol=0)


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="torch has Muon since 2.9")
@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_muon_is_torchs(weight_decay, monkeypatch):
    monkeypatch.setattr(optimizers, "POLAR", 5 * ((3.4445, -4.7750, 2.0315),))  # as torch does
    ours, theirs = parameters(*SHAPES), parameters(*SHAPES)
    settings = {"lr": 0.02, "weight_decay": weight_decay, "momentum": 0.95}
    follow(Muon(ours, dtype=torch.bfloat16, **settings), ours)
    follow(torch.optim.Muon(theirs, **settings), theirs)
    # Ours leaves 2 % of room for rounding, and both iterate in bfloat16, in steps of about 0.02.
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, atol=8e-3, rtol=0)


@pytest.mark.parametrize("shape", [(3, 16, 16), (2, 16, 40), (2, 40, 16)])
def test_orthogonalize_keeps_directions_and_evens_their_sizes(shape):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    u, _, vt = torch.linalg.svd(x, full_matrices=False)
    got = orthogonalize(x)
    inside = u.mT @ got @ vt.mT  # diagonal, if the directions are those of x
    sizes = torch.diagonal(inside, dim1=1, dim2=2)
    torch.testing.assert_close(inside, torch.diag_embed(sizes), atol=1e-4, rtol=0)
    assert (
        sizes.min() > 0.2
    )  # a square matrix of random numbers has directions that are almost lost
    assert sizes.max() < 1.3
    assert sizes.median() > 0.7


def test_three_steps_bring_all_sizes_from_a_hundredth_on_near_1():
    sizes = torch.logspace(-2, 0, 1000)
    for a, b, c in optimizers.POLAR:
        sizes = a * sizes + b * sizes**3 + c * sizes**5
    assert sizes.min() > 0.725
    assert sizes.max() < 1.275


def test_muon_step_of_a_zero_gradient_moves_nothing():
    (p,) = parameters((4, 4))
    before = p.detach().clone()
    p.grad = torch.zeros_like(p)
    Muon([p], lr=0.1).step()
    assert torch.equal(p, before)


@pytest.mark.parametrize("kind", [AdamW, Muon])
def test_parameters_without_a_gradient_stay(kind):
    moved, still = parameters((4, 4), (4, 4))
    before = still.detach().clone()
    moved.grad = torch.ones_like(moved)
    kind([moved, still], lr=0.1).step()
    assert torch.equal(still, before)


@pytest.mark.parametrize("kind", ["muon", "adamw"])
def test_every_parameter_has_one_optimizer(kind):
    model = GPT(Config(vocab_size=20, n_layer=2, n_head=2, n_embd=8, block_size=4, head="tied"))
    optimizers = optimizers_for(
        model, kind, lr=1e-3, matrix_lr=0.02, betas=(0.9, 0.95), weight_decay=0.1
    )
    groups = [group for o in optimizers for group in o.param_groups]
    held = [p for group in groups for p in group["params"]]
    assert len(held) == len(set(held)) == len(list(model.parameters()))
    decayed = {p for group in groups if group["weight_decay"] for p in group["params"]}
    assert decayed == {p for p in model.blocks.parameters() if p.ndim == 2}
    assert isinstance(optimizers[0], Muon if kind == "muon" else AdamW)


@pytest.mark.parametrize("kind", [AdamW, Muon])
def test_descends_a_bowl(kind):
    (p,) = parameters((6, 6))
    optimizer = kind([p], lr=0.05)
    first = p.square().sum().item()
    for step in range(100):
        for group in optimizer.param_groups:
            group["lr"] = 0.05 * math.cos(math.pi / 2 * step / 100)
        p.grad = 2 * p.detach()
        optimizer.step()
    assert p.square().sum().item() < first / 20
