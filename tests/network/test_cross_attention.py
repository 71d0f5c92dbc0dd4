"""Cross-attention against torch.nn.MultiheadAttention, and who sees whom."""

import pytest
import torch
from torch import nn

from llmcourse.errors import UserError
from llmcourse.network.cross_attention import CrossAttention


@pytest.fixture
def sequences() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return torch.randn(2, 5, 16), torch.randn(2, 7, 12)


def theirs(layer: CrossAttention) -> nn.MultiheadAttention:
    """The same weights in torch's own module."""
    C, E = layer.q.in_features, layer.kv.in_features
    bias = layer.q.bias is not None
    module = nn.MultiheadAttention(C, layer.n_head, bias=bias, kdim=E, vdim=E, batch_first=True)
    with torch.no_grad():
        k, v = layer.kv.weight.chunk(2)
        if E == C:
            module.in_proj_weight.copy_(torch.cat([layer.q.weight, k, v]))
        else:
            for one, weight in zip("qkv", (layer.q.weight, k, v), strict=True):
                getattr(module, f"{one}_proj_weight").copy_(weight)
        module.out_proj.weight.copy_(layer.out.weight)
        if bias:
            module.in_proj_bias.copy_(torch.cat([layer.q.bias, layer.kv.bias]))
            module.out_proj.bias.copy_(layer.out.bias)
    return module


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("n_head", [1, 4])
@pytest.mark.parametrize("masked", ["nothing", "padding", "a row a token"])
@torch.no_grad()
def test_it_is_torchs_own(sequences, masked, n_head, bias):
    x, context = sequences
    layer = CrossAttention(16, n_head, 12, bias=bias)
    mask, hidden = None, {}
    if masked == "padding":
        mask = torch.arange(7) < torch.tensor([[7], [4]])
        hidden = {"key_padding_mask": ~mask}
    elif masked == "a row a token":
        mask = torch.rand(2, 5, 7) < 0.6
        mask[:, :, 0] = True
        hidden = {"attn_mask": (~mask).repeat_interleave(n_head, dim=0)}
    expected, _ = theirs(layer)(x, context, context, need_weights=False, **hidden)
    torch.testing.assert_close(layer(x, context, mask), expected, atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_a_context_as_wide_as_the_queries(sequences):
    x, _ = sequences
    layer = CrossAttention(16, 4)
    context = torch.randn(2, 3, 16)
    expected, _ = theirs(layer)(x, context, context)
    torch.testing.assert_close(layer(x, context), expected, atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_the_context_is_a_set_and_each_token_reads_it_alone(sequences):
    x, context = sequences
    layer = CrossAttention(16, 4, 12)
    whole = layer(x, context)
    torch.testing.assert_close(layer(x, context.flip(1)), whole)
    torch.testing.assert_close(layer(x[:, 2:3], context), whole[:, 2:3])


@pytest.mark.parametrize("rows", ["a context", "a token"])
def test_a_token_that_sees_nothing_gathers_zeros(sequences, rows):
    x, context = sequences
    layer = CrossAttention(16, 4, 12)
    mask = torch.ones(2, 7, dtype=torch.bool)
    mask[1] = False
    if rows == "a token":
        mask = mask[:, None].expand(2, 5, 7)
    mixed = layer(x, context, mask)
    assert mixed[0].abs().min() > 0
    assert torch.equal(mixed[1], torch.zeros(5, 16))
    mixed.sum().backward()
    assert all(p.grad.isfinite().all() for p in layer.parameters())


@pytest.mark.parametrize("n_head", [3, 0])
def test_a_width_that_the_heads_do_not_divide(n_head):
    with pytest.raises(UserError, match=f"{n_head} heads cannot share a width of 16 equally"):
        CrossAttention(16, n_head)
