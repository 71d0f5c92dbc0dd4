"""Norms and feed-forwards against torch and transformers; the block against its formula."""

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from transformers import LlamaConfig
from transformers.activations import NewGELUActivation
from transformers.models.llama.modeling_llama import LlamaMLP

from llmcourse.network.attention import Attention
from llmcourse.network.block import GELU, MLPS, Block, LayerNorm, RMSNorm, SwiGLU


@pytest.mark.parametrize("eps", [1e-5, 1e-2])
def test_norms_are_torchs(eps):
    x, weight, bias = torch.randn(3, 4, 16) * 5 + 1, torch.randn(16), torch.randn(16)
    layer, theirs = LayerNorm(16, eps=eps, bias=True), nn.LayerNorm(16, eps=eps)
    for norm in (layer, theirs):
        norm.load_state_dict({"weight": weight, "bias": bias})
    torch.testing.assert_close(layer(x), theirs(x))
    rms, theirs = RMSNorm(16, eps=eps), nn.RMSNorm(16, eps=eps)
    for norm in (rms, theirs):
        norm.load_state_dict({"weight": weight})
    torch.testing.assert_close(rms(x), theirs(x))


def test_norms_by_hand():
    x = torch.tensor([[3.0, -1.0, 1.0, 1.0]])
    torch.testing.assert_close(RMSNorm(4, eps=1e-12)(x), x / 3**0.5)
    torch.testing.assert_close(LayerNorm(4, eps=1e-12)(x), (x - 1) / 2**0.5)
    assert LayerNorm(4).bias is None


def test_the_plain_feed_forward_is_transformers_activation_between_two_matrices():
    layer, x = GELU(8, 24, bias=True), torch.randn(5, 8)
    hidden = F.linear(x, layer.up.weight, layer.up.bias)
    expected = F.linear(NewGELUActivation()(hidden), layer.out.weight, layer.out.bias)
    torch.testing.assert_close(layer(x), expected)


def test_swiglu_is_llamas():
    layer, x = SwiGLU(8, 24), torch.randn(5, 8)
    theirs = LlamaMLP(LlamaConfig(hidden_size=8, intermediate_size=24, num_attention_heads=1))
    gate, up = layer.up.weight.chunk(2)
    theirs.load_state_dict(
        {"gate_proj.weight": gate, "up_proj.weight": up, "down_proj.weight": layer.out.weight}
    )
    torch.testing.assert_close(layer(x), theirs(x))


def test_default_widths_cost_about_the_same():
    sizes = {name: sum(p.numel() for p in mlp(384).parameters()) for name, mlp in MLPS.items()}
    assert sizes["gelu"] == sizes["swiglu"] == 8 * 384**2


def test_a_block_adds_both_branches():
    block, x = Block(16, Attention(16, 2), SwiGLU(16), RMSNorm), torch.randn(2, 5, 16)
    middle = x + block.attention(block.attention_norm(x))
    torch.testing.assert_close(block(x), middle + block.mlp(block.mlp_norm(middle)))
