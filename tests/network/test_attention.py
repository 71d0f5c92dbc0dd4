"""Attention against the formula written out and torch's own layer; who sees whom."""

import itertools
import math

import pytest
import torch
import torch.nn.functional as F
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


T = 9
DOCUMENT = torch.tensor([[0] * 4 + [1] * 5, [0] * 2 + [1] * 3 + [2] * 4])
REAL = torch.arange(T) >= torch.tensor([[0], [3]])  # the second row begins with padding
MASKS = {
    "causal": {},
    "sliding": {"window": 3},
    "packed": {"mask": DOCUMENT[:, :, None] == DOCUMENT[:, None, :]},
    "padding": {"mask": REAL},
    "packed and sliding": {"mask": DOCUMENT[:, :, None] == DOCUMENT[:, None, :], "window": 2},
    "padding and sliding": {"mask": REAL, "window": 4},
}


def seen_by_hand(kind: str) -> torch.Tensor:
    """B T T, entry by entry: which key does each token see?"""
    seen = torch.zeros(2, T, T, dtype=torch.bool)
    for b, t, s in itertools.product(range(2), range(T), range(T)):
        allowed = s <= t and t - s < MASKS[kind].get("window", T)
        if kind.startswith("packed"):
            allowed = allowed and DOCUMENT[b, s] == DOCUMENT[b, t]
        if kind.startswith("padding"):
            allowed = allowed and REAL[b, s]
        seen[b, t, s] = allowed or s == t
    return seen


@pytest.mark.parametrize("kind", MASKS)
def test_visibility_is_who_sees_whom(kind):
    found = visibility(T, T, **MASKS[kind])
    found = torch.ones(T, T, dtype=torch.bool).tril() if found is None else found[:, 0]
    assert torch.equal(found.expand(2, T, T), seen_by_hand(kind))


def as_numbers(seen: torch.Tensor) -> torch.Tensor:
    """The mask that is added to the scores: 0 where a key is seen, -inf where not."""
    return torch.zeros(seen.shape).masked_fill(~seen, -math.inf)


@pytest.mark.parametrize("form", ["multiplied", "added"])
@pytest.mark.parametrize("kind", MASKS)
@torch.no_grad()
def test_attention_is_torchs_multihead_attention(kind, form):
    """Theirs hides where its mask is True, and wants a mask a head."""
    layer, theirs = Attention(32, 4, bias=True), nn.MultiheadAttention(32, 4, batch_first=True)
    theirs.load_state_dict(
        {
            "in_proj_weight": layer.qkv.weight,
            "in_proj_bias": layer.qkv.bias,
            "out_proj.weight": layer.out.weight,
            "out_proj.bias": layer.out.bias,
        }
    )
    x, seen = torch.randn(2, T, 32), seen_by_hand(kind)
    hidden = ~seen if form == "multiplied" else as_numbers(seen)
    expected, _ = theirs(x, x, x, attn_mask=hidden.repeat_interleave(4, dim=0), need_weights=False)
    visible = visibility(T, T, **MASKS[kind])
    if form == "added":
        visible = visibility(T, T, **MASKS[kind], bias=torch.zeros(4, T, T))
    torch.testing.assert_close(layer(x, visible=visible), expected, atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("n_kv_head", [4, 2, 1])
@pytest.mark.parametrize("kind", MASKS)
@torch.no_grad()
def test_attention_is_torchs_function_and_the_product_with_a_mask(kind, n_kv_head):
    """`F.scaled_dot_product_attention` with a mask of True and False and with one that is added,
    and weights that are multiplied with the mask and made to sum to 1 again."""
    layer, x, seen = Attention(32, 4, n_kv_head), torch.randn(2, T, 32), seen_by_hand(kind)
    q, k, v = (
        layer.qkv(x).unflatten(-1, (-1, 8)).transpose(1, 2).split([4, n_kv_head, n_kv_head], 1)
    )
    k, v = (part.repeat_interleave(4 // n_kv_head, dim=1) for part in (k, v))
    found = layer(x, visible=visibility(T, T, **MASKS[kind]))
    weights = (q @ k.mT / math.sqrt(8)).softmax(-1) * seen[:, None]
    for mixed in (
        F.scaled_dot_product_attention(q, k, v, attn_mask=seen[:, None]),
        F.scaled_dot_product_attention(q, k, v, attn_mask=as_numbers(seen)[:, None]),
        weights / weights.sum(-1, keepdim=True) @ v,
    ):
        expected = layer.out(mixed.transpose(1, 2).flatten(2))
        torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-4)


def test_one_layer_with_a_cache_needs_no_mask():
    layer, x, cache = Attention(32, 4, 2), torch.randn(2, 9, 32), LayerCache(9)
    pieces = [layer(piece, cache=cache) for piece in x.split([4, 3, 1, 1], dim=1)]
    torch.testing.assert_close(torch.cat(pieces, dim=1), layer(x), atol=1e-5, rtol=1e-4)


def test_plain_causal_attention_needs_no_mask():
    assert visibility(5, 5) is None
    assert visibility(1, 5) is None
    assert visibility(5, 5, window=5) is None


def test_visibility_by_hand():
    assert visibility(2, 4)[0, 0].int().tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert visibility(2, 4, window=2)[0, 0].int().tolist() == [[0, 1, 1, 0], [0, 0, 1, 1]]
    padded = torch.tensor([[False, True, True]])
    by_hand = [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    assert visibility(3, 3, mask=padded)[0, 0].int().tolist() == by_hand
    first = torch.tensor([[[1, 0, 0], [0, 1, 1], [0, 1, 1]]]).bool()
    assert visibility(3, 3, mask=first)[0, 0].int().tolist() == by_hand


def test_a_bias_keeps_its_numbers_where_a_key_is_seen():
    bias = torch.arange(4.0).view(1, 2, 2)
    assert visibility(2, 2, bias=bias)[0, 0].tolist() == [[0.0, -math.inf], [2.0, 3.0]]
