"""Attention against the formula written out and torch's own layer; who sees whom."""

import math

import pytest
import torch
from torch import nn

from llmcourse.network.attention import Attention, visibility
from llmcourse.network.kv_cache import LayerCache


def naive(layer: Attention, x: torch.Tensor, seen: torch.Tensor, scores: float | torch.Tensor = 0):
    """The formula, one head at a time."""
    H, K, D = layer.n_head, layer.n_kv_head, layer.head_width
    q, k, v = layer.qkv(x).split([H * D, K * D, K * D], dim=-1)
    out = []
    for h in range(H):
        g = h * K // H
        q_h, k_h, v_h = q[..., h * D :][..., :D], k[..., g * D :][..., :D], v[..., g * D :][..., :D]
        if layer.qk_norm == "rms":
            q_h = q_h / q_h.square().mean(-1, keepdim=True).sqrt()
            k_h = k_h / k_h.square().mean(-1, keepdim=True).sqrt()
        s = torch.einsum("btd,bsd->bts", q_h, k_h) / math.sqrt(D)
        s = s + (scores if isinstance(scores, int) else scores[h])
        out.append(s.masked_fill(~seen, -math.inf).softmax(-1) @ v_h)
    return layer.out(torch.cat(out, dim=-1))


@pytest.mark.parametrize("qk_norm", ["none", "rms"])
@pytest.mark.parametrize("n_kv_head", [None, 4, 2, 1])
def test_attention_is_the_formula(n_kv_head, qk_norm):
    torch.manual_seed(0)
    layer = Attention(32, 4, n_kv_head, qk_norm=qk_norm, bias=True)
    x = torch.randn(2, 9, 32)
    causal = torch.ones(9, 9, dtype=torch.bool).tril()
    torch.testing.assert_close(layer(x), naive(layer, x, causal), atol=1e-5, rtol=1e-4)
    bias = torch.randn(4, 9, 9)
    torch.testing.assert_close(
        layer(x, visible=visibility(9, 9, bias=bias)),
        naive(layer, x, causal, bias),
        atol=1e-5,
        rtol=1e-4,
    )


def test_attention_is_torchs_multihead_attention():
    layer, theirs = Attention(32, 4, bias=True), nn.MultiheadAttention(32, 4, batch_first=True)
    theirs.load_state_dict(
        {
            "in_proj_weight": layer.qkv.weight,
            "in_proj_bias": layer.qkv.bias,
            "out_proj.weight": layer.out.weight,
            "out_proj.bias": layer.out.bias,
        }
    )
    x, hidden = torch.randn(2, 9, 32), torch.ones(9, 9, dtype=torch.bool).triu(1)
    expected, _ = theirs(x, x, x, attn_mask=hidden, need_weights=False)
    torch.testing.assert_close(layer(x), expected, atol=1e-5, rtol=1e-4)


def test_one_layer_with_a_cache_needs_no_mask():
    layer, x, cache = Attention(32, 4, 2), torch.randn(2, 9, 32), LayerCache(9)
    pieces = [layer(piece, cache=cache) for piece in x.split([4, 3, 1, 1], dim=1)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), layer(x), atol=1e-5, rtol=1e-4)


def test_plain_causal_attention_needs_no_mask():
    assert visibility(5, 5) is None
    assert visibility(1, 5) is None
    assert visibility(5, 5, window=5) is None


def test_visibility_by_hand():
    T, F = True, False
    assert visibility(2, 4)[0, 0].tolist() == [[T, T, T, F], [T, T, T, T]]
    assert visibility(2, 4, window=2)[0, 0].tolist() == [[F, T, T, F], [F, F, T, T]]
    padded = torch.tensor([[F, T, T]])
    assert visibility(3, 3, mask=padded)[0, 0].tolist() == [[T, F, F], [F, T, F], [F, T, T]]
    first = torch.tensor([[[T, F, F], [F, T, T], [F, T, T]]])
    assert visibility(3, 3, mask=first)[0, 0].tolist() == [[T, F, F], [F, T, F], [F, T, T]]


def test_a_bias_keeps_its_numbers_where_a_key_is_seen():
    bias = torch.arange(4.0).view(1, 2, 2)
    assert visibility(2, 2, bias=bias)[0, 0].tolist() == [[0.0, -math.inf], [2.0, 3.0]]
