"""One layer: attention moves information between tokens, the feed-forward works on each alone.

Both read a normalised copy of the residual stream and add to it (pre-norm; Xiong et al., 2020), so
that from the last layer to the embedding there is a path of additions only. `NORMS` and `MLPS` are
the tables of choices.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from llmcourse.network.attention import Attention, Visible
from llmcourse.network.kv_cache import LayerCache


class GELU(nn.Module):
    """out(gelu(up(x))), with GPT-2's tanh form of the GELU (Hendrycks & Gimpel, 2016)."""

    def __init__(self, n_embd: int, width: int | None = None, *, bias: bool = False):
        super().__init__()
        width = width or 4 * n_embd
        self.up = nn.Linear(n_embd, width, bias=bias)
        self.out = nn.Linear(width, n_embd, bias=bias)

    def forward(self, x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
        return self.out(self.bend(self.up(x)))

    @staticmethod
    def bend(x: Float[Tensor, "... _"]) -> Float[Tensor, "... _"]:
        """The curve between the two matrices."""
        return F.gelu(x, approximate="tanh")


class SwiGLU(nn.Module):
    """out(silu(gate(x)) · up(x)): one half of the hidden units opens the other (Shazeer, 2020).

    Three matrices instead of two, so the default width is 8/3·C, rounded up to a multiple of 32,
    for as many weights as the others. `up` holds both halves, the gate first.
    """

    def __init__(self, n_embd: int, width: int | None = None, *, bias: bool = False):
        super().__init__()
        width = width or -(-8 * n_embd // 96) * 32
        self.up = nn.Linear(n_embd, 2 * width, bias=bias)
        self.out = nn.Linear(width, n_embd, bias=bias)

    def forward(self, x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
        return self.out(self.bend(self.up(x)))

    @staticmethod
    def bend(x: Float[Tensor, "... _"]) -> Float[Tensor, "... _"]:
        """The curve of one half, times the other."""
        gate, value = x.chunk(2, dim=-1)
        return F.silu(gate) * value


class LayerNorm(nn.Module):
    """(x - mean) / √(variance + eps) · weight + bias, over a token's channels (Ba et al., 2016)."""

    def __init__(self, n_embd: int, *, eps: float = 1e-5, bias: bool = False):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(n_embd))
        self.bias = nn.Parameter(torch.zeros(n_embd)) if bias else None

    def forward(self, x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
        return F.layer_norm(x, self.weight.shape, self.weight, self.bias, self.eps)


class RMSNorm(nn.Module):
    """x / √(mean square + eps) · weight: LayerNorm without the mean (Zhang & Sennrich, 2019)."""

    def __init__(self, n_embd: int, *, eps: float = 1e-5, bias: bool = False):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(n_embd))

    def forward(self, x: Float[Tensor, "... C"]) -> Float[Tensor, "... C"]:
        return F.rms_norm(x, self.weight.shape, self.weight, self.eps)


class Block(nn.Module):
    """x ← x + attention(norm(x)); x ← x + mlp(norm(x)).

    >>> Block(64, Attention(64, 4), SwiGLU(64), RMSNorm)(torch.randn(1, 10, 64)).shape
    torch.Size([1, 10, 64])
    """

    def __init__(
        self, n_embd: int, attention: Attention, mlp: nn.Module, norm: Callable[[int], nn.Module]
    ):
        super().__init__()
        self.attention_norm, self.attention = norm(n_embd), attention
        self.mlp_norm, self.mlp = norm(n_embd), mlp

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        rotate: Callable[[Tensor], Tensor] | None = None,
        visible: Visible | None = None,
        cache: LayerCache | None = None,
    ) -> Float[Tensor, "B T C"]:
        x = x + self.attention(self.attention_norm(x), rotate, visible, cache)
        return x + self.mlp(self.mlp_norm(x))


NORMS: dict[str, type[nn.Module]] = {"layernorm": LayerNorm, "rmsnorm": RMSNorm}
MLPS: dict[str, type[nn.Module]] = {"gelu": GELU, "swiglu": SwiGLU}
