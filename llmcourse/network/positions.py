"""Where a token stands: four ways to tell attention about order, and the way of not telling it.

Attention treats its input as a set, so order has to be put in. Each scheme is a small module with
three hooks, of which it uses one:

    embed(x, pos)         adds to the token embeddings             learned, sinusoidal
    rotate(x, pos)        turns queries and keys                   RoPE
    bias(q_pos, k_pos)    adds to the attention scores             ALiBi

`POSITIONS` is the table of the schemes by name.
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from llmcourse.network.config import Config

Positions = Int[Tensor, "T"] | Int[Tensor, "B T"]


class NoPosition(nn.Module):
    """Nothing is said about order, beyond what the causal mask gives away (Haviv et al., 2022)."""

    @classmethod
    def from_config(cls, config: Config) -> "NoPosition":
        return cls()

    def embed(self, x: Float[Tensor, "B T C"], pos: Positions) -> Float[Tensor, "B T C"]:
        return x

    def rotate(self, x: Float[Tensor, "B H T D"], pos: Positions) -> Float[Tensor, "B H T D"]:
        return x

    def bias(
        self, q_pos: Int[Tensor, "T"], k_pos: Int[Tensor, "S"]
    ) -> Float[Tensor, "H T S"] | None:
        return None


class Learned(NoPosition):
    """One trained vector for each position, added to the token's (GPT-2; Radford et al., 2019)."""

    def __init__(self, block_size: int, n_embd: int):
        super().__init__()
        self.table = nn.Embedding(block_size, n_embd)

    @classmethod
    def from_config(cls, config: Config) -> "NoPosition":
        return cls(config.block_size, config.n_embd)

    def embed(self, x: Float[Tensor, "B T C"], pos: Positions) -> Float[Tensor, "B T C"]:
        return x + self.table(pos)


class Sinusoidal(NoPosition):
    """A fixed wave for each pair of channels, added to the token embedding (Vaswani et al., 2017).

        x ← x·√C + table[p],  table[p, 2i] = sin(p·10000^(-2i/C)),  table[p, 2i + 1] = cos(…)

    The factor √C brings embeddings, which start small, to the size of the waves.
    """

    def __init__(self, block_size: int, n_embd: int):
        super().__init__()
        angles = _angles(block_size, n_embd, theta=10_000.0)
        waves = torch.stack([angles.sin(), angles.cos()], dim=-1)  # T C/2 2
        self.register_buffer("table", waves.flatten(1), persistent=False)

    @classmethod
    def from_config(cls, config: Config) -> "NoPosition":
        return cls(config.block_size, config.n_embd)

    def embed(self, x: Float[Tensor, "B T C"], pos: Positions) -> Float[Tensor, "B T C"]:
        return x * math.sqrt(x.shape[-1]) + self.table[pos].to(x.dtype)


class RoPE(NoPosition):
    """Queries and keys turned by an angle that grows with the position (Su et al., 2021).

    Channels 2i and 2i + 1 of a head are one complex number, turned by pos·theta^(-2i/D):

        a + ib  →  (a + ib)·exp(i·pos·theta^(-2i/D))

    A turned query times a turned key depends on the two positions by their difference only, and a
    turn changes no length. (Checkpoints that pair channels i and i + D/2 are reordered when read.)
    """

    def __init__(self, head_width: int, block_size: int, theta: float | int = 10_000.0):
        super().__init__()
        angles = _angles(block_size, head_width, theta)
        turns = torch.stack([angles.cos(), angles.sin()], dim=-1)  # T D/2 2
        self.register_buffer("turns", turns, persistent=False)

    @classmethod
    def from_config(cls, config: Config) -> "NoPosition":
        return cls(config.head_width, config.block_size, config.rope_theta)

    def rotate(self, x: Float[Tensor, "B H T D"], pos: Positions) -> Float[Tensor, "B H T D"]:
        turns = torch.view_as_complex(self.turns[pos].float())  # (B) T D/2
        if pos.dim() == 2:
            turns = turns.unsqueeze(1)  # B 1 T D/2: the same for every head
        points = torch.view_as_complex(x.float().unflatten(-1, (-1, 2)))  # B H T D/2
        return torch.view_as_real(points * turns).flatten(-2).to(x.dtype)


class ALiBi(NoPosition):
    """A penalty on the score that grows with distance, steeper in some heads (Press et al., 2022).

    bias[h, q, k] = -slope_h·(q - k)
    """

    def __init__(self, n_head: int):
        super().__init__()
        self.register_buffer("slopes", alibi_slopes(n_head), persistent=False)

    @classmethod
    def from_config(cls, config: Config) -> "NoPosition":
        return cls(config.n_head)

    def bias(self, q_pos: Int[Tensor, "T"], k_pos: Int[Tensor, "S"]) -> Float[Tensor, "H T S"]:
        distance = q_pos[:, None] - k_pos[None, :]
        return -self.slopes[:, None, None] * distance


def alibi_slopes(n_head: int) -> Float[Tensor, "H"]:
    """The slope of each head: 2^(-8/n), its square, its cube, … for n heads, n a power of two.

    Other numbers of heads take those of the next lower power of two, then every other one of the
    next higher.

    >>> alibi_slopes(4)
    tensor([0.2500, 0.0625, 0.0156, 0.0039])
    """
    lower = 2 ** int(math.log2(n_head))
    slopes = [2 ** (-8 * (i + 1) / lower) for i in range(lower)]
    between = [2 ** (-4 * (i + 1) / lower) for i in range(0, 2 * lower, 2)]
    return torch.tensor((slopes + between)[:n_head])


def _angles(length: int, width: int, theta: float | int) -> Float[Tensor, "T half"]:
    """pos·theta^(-2i/width) for each position and each pair of channels i, in radians."""
    frequencies = theta ** (-torch.arange(0, width, 2).float() / width)
    return torch.arange(length).float()[:, None] * frequencies[None, :]


POSITIONS: dict[str, type[NoPosition]] = {
    "none": NoPosition,
    "learned": Learned,
    "sinusoidal": Sinusoidal,
    "rope": RoPE,
    "alibi": ALiBi,
}
