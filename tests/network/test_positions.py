"""Position schemes against transformers, the papers' numbers, and what each promises."""

import math

import pytest
import torch
from transformers import LlamaConfig
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

from llmcourse.network.positions import ALiBi, Learned, RoPE, Sinusoidal, alibi_slopes


def halves(x: torch.Tensor) -> torch.Tensor:
    """Channels 0 2 4 … 1 3 5 …: from neighbouring pairs to pairs (i, i + D/2)."""
    return torch.cat([x[..., 0::2], x[..., 1::2]], dim=-1)


@pytest.mark.parametrize("theta", [10_000.0, 500.0])
def test_rope_equals_llamas_up_to_the_order_of_channels(theta):
    x = torch.randn(2, 3, 7, 8)
    config = LlamaConfig(
        hidden_size=24,
        num_attention_heads=3,
        rope_parameters={"rope_type": "default", "rope_theta": theta},
    )
    pos = torch.arange(7)
    cos, sin = LlamaRotaryEmbedding(config)(x, pos[None])
    expected, _ = apply_rotary_pos_emb(halves(x), halves(x), cos, sin)
    torch.testing.assert_close(halves(RoPE(8, 16, theta).rotate(x, pos)), expected)


def test_rope_by_hand():
    """At position 1 the first pair turns by 1 radian, the second by 1/100."""
    turned = RoPE(4, 2).rotate(
        torch.tensor([1.0, 0.0, 1.0, 0.0]).view(1, 1, 1, 4), torch.tensor([1])
    )
    expected = [math.cos(1), math.sin(1), math.cos(0.01), math.sin(0.01)]
    torch.testing.assert_close(turned.flatten(), torch.tensor(expected))


def test_rope_knows_distances_only_and_changes_no_length():
    rope, (q, k) = RoPE(16, 64), torch.randn(2, 1, 1, 1, 16)

    def score(q_pos: int, k_pos: int) -> torch.Tensor:
        turned = rope.rotate(q, torch.tensor([q_pos])), rope.rotate(k, torch.tensor([k_pos]))
        return (turned[0] * turned[1]).sum()

    torch.testing.assert_close(score(5, 2), score(45, 42))
    assert not torch.isclose(score(5, 2), score(5, 3))
    torch.testing.assert_close(rope.rotate(q, torch.tensor([63])).norm(), q.norm())


def test_rope_takes_positions_of_each_row():
    rope, x = RoPE(8, 16), torch.randn(2, 3, 4, 8)
    pos = torch.tensor([[0, 1, 2, 3], [0, 0, 7, 8]])
    rows = [rope.rotate(x[i : i + 1], pos[i]) for i in range(2)]
    assert torch.equal(rope.rotate(x, pos), torch.cat(rows))


def test_sinusoids_are_the_papers():
    """Vaswani et al. (2017), section 3.5, entry by entry."""
    C, table = 6, Sinusoidal(10, 6).table
    for p in range(10):
        for i in range(C // 2):
            angle = p / 10_000 ** (2 * i / C)
            assert table[p, 2 * i].item() == pytest.approx(math.sin(angle), abs=1e-6)
            assert table[p, 2 * i + 1].item() == pytest.approx(math.cos(angle), abs=1e-6)
    x = torch.randn(1, 10, C)
    embedded = Sinusoidal(10, C).embed(x, torch.arange(10))
    torch.testing.assert_close(embedded, x * math.sqrt(C) + table)


def test_learned_positions_are_rows_of_a_table():
    scheme, x, pos = Learned(8, 4), torch.randn(2, 3, 4), torch.tensor([[0, 1, 2], [5, 6, 7]])
    torch.testing.assert_close(scheme.embed(x, pos), x + scheme.table.weight[pos])


def test_alibi_slopes_are_the_papers():
    """Press et al. (2022): 1/2, 1/4, … 1/256 for 8 heads; and their rule for 6 and 12."""
    assert alibi_slopes(8).tolist() == [2.0**-i for i in range(1, 9)]
    assert alibi_slopes(1).tolist() == [2.0**-8]
    expected = torch.tensor([2.0**-2, 2.0**-4, 2.0**-6, 2.0**-8, 2.0**-1, 2.0**-3])
    torch.testing.assert_close(alibi_slopes(6), expected)
    sixteenths = [2.0 ** (-(2 * i + 1) / 2) for i in range(4)]
    twelve = torch.tensor([2.0**-i for i in range(1, 9)] + sixteenths)
    torch.testing.assert_close(alibi_slopes(12), twelve)


@pytest.mark.parametrize("n_head", [1, 2, 3, 6, 8, 12, 16, 20, 112])
def test_alibi_is_blooms(n_head):
    """BLOOM adds slope·k where the paper adds -slope·(q - k): a row of scores moves as one."""
    theirs = build_alibi_tensor(torch.ones(1, 7), n_head, torch.float32)  # H 1 S
    places = torch.arange(7)
    ours = ALiBi(n_head).bias(places, places)  # H T S
    torch.testing.assert_close(ours - ours[..., :1], (theirs - theirs[..., :1]).expand(-1, 7, -1))
    scores = torch.randn(n_head, 7, 7)
    torch.testing.assert_close((scores + ours).softmax(-1), (scores + theirs).softmax(-1))


def test_alibi_bias_grows_with_distance():
    bias = ALiBi(2).bias(torch.tensor([2, 3]), torch.arange(4))
    assert bias.shape == (2, 2, 4)
    torch.testing.assert_close(bias[0, 1], -alibi_slopes(2)[0] * torch.tensor([3.0, 2, 1, 0]))
