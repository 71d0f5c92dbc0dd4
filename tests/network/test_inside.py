"""Attention maps against the formula on each layer's own weights, and against what it mixes."""

import math

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config
from llmcourse.network.inside import attention_maps

IDS = torch.randint(23, (12,), generator=torch.Generator().manual_seed(1))
CLOSE = {"atol": 1e-5, "rtol": 1e-4}


def heads_of(network: GPT, block: int, x: torch.Tensor) -> list[torch.Tensor]:
    """Queries, keys and values of a block that reads x (T C), H T D each, before any rotation."""
    layer = network.blocks[block].attention
    H, K, D = layer.n_head, layer.n_kv_head, layer.head_width
    parts = layer.qkv(network.blocks[block].attention_norm(x)).split([H * D, K * D, K * D], dim=-1)
    q, k, v = (part.unflatten(-1, (-1, D)).transpose(0, 1) for part in parts)
    if layer.qk_norm == "rms":
        q, k = (part / part.square().mean(-1, keepdim=True).sqrt() for part in (q, k))
    return [q, k.repeat_interleave(H // K, dim=0), v.repeat_interleave(H // K, dim=0)]


@torch.no_grad()
def test_the_first_layers_maps_are_the_formula(model):
    """Also with a window, ALiBi, RoPE, shared key heads: the model fixture has them all."""
    T, D, pos = len(IDS), model.config.head_width, torch.arange(len(IDS))
    q, k, _ = heads_of(model, 0, model.embed(IDS[None], pos)[0])
    q, k = (model.position.rotate(part[None], pos)[0] for part in (q, k))
    scores = torch.einsum("htd,hsd->hts", q, k) / math.sqrt(D)
    if (bias := model.position.bias(pos, pos)) is not None:
        scores = scores + bias
    distance = pos[:, None] - pos
    seen = (distance >= 0) & (distance < (model.config.window or T))
    expected = scores.masked_fill(~seen, -math.inf).softmax(-1)
    torch.testing.assert_close(attention_maps(model, IDS)[0], expected, **CLOSE)


@torch.no_grad()
def test_the_maps_times_the_values_are_what_attention_mixes(model):
    """Every layer: out(maps · v) is what the layer itself gives."""
    seen, mixed = {}, {}
    for i, block in enumerate(model.blocks):
        block.register_forward_pre_hook(lambda _, args, i=i: seen.update({i: args[0][0]}))
        block.attention.register_forward_hook(lambda _, __, out, i=i: mixed.update({i: out[0]}))
    maps = attention_maps(model, IDS)
    for i, block in enumerate(model.blocks):
        _, _, v = heads_of(model, i, seen[i])
        gathered = (maps[i] @ v).transpose(0, 1).flatten(1)
        torch.testing.assert_close(block.attention.out(gathered), mixed[i], **CLOSE)


def test_each_row_is_a_distribution_over_what_came_before(model):
    maps = attention_maps(model, IDS)
    assert maps.shape == (2, 4, 12, 12)
    assert not maps.requires_grad
    torch.testing.assert_close(maps.sum(-1), torch.ones(2, 4, 12))
    assert (maps.triu(1) == 0).all()


def test_listening_ends_with_the_call(model):
    before = model(IDS[None])
    attention_maps(model, IDS)
    assert torch.equal(model(IDS[None]), before)


def test_what_the_network_cannot_read_is_an_error():
    network = GPT(Config(vocab_size=9, n_head=1, n_embd=8, block_size=4))
    with pytest.raises(UserError, match="5 tokens long; this model reads 4"):
        attention_maps(network, torch.zeros(5, dtype=torch.long))
    with pytest.raises(UserError, match="this model knows 0 to 8"):
        attention_maps(network, torch.tensor([1, 9]))
