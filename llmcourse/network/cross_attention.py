"""Cross-attention: the tokens of one sequence gather from the tokens of another.

    softmax(q·kᵀ/√D + what is visible)·v,  q from x, k and v from the context  (Vaswani et al. 2017)

A translator's decoder reads the source sentence so, and a model that describes a picture the
picture's patches. There is no before and after between two sequences, so nothing is hidden unless a
mask says so, and no position scheme of this package turns anything. What a sequence gathers from
itself is in `attention.py`.
"""

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from llmcourse.errors import UserError


class CrossAttention(nn.Module):
    """Queries from `x`, keys and values from a context, which may have another width.

    >>> layer = CrossAttention(n_embd=64, n_head=8, n_context=48)
    >>> layer(torch.randn(1, 10, 64), torch.randn(1, 7, 48)).shape
    torch.Size([1, 10, 64])

    Raises `UserError` for a width that the heads cannot share equally.
    """

    def __init__(
        self, n_embd: int, n_head: int, n_context: int | None = None, *, bias: bool = False
    ):
        super().__init__()
        if n_head < 1 or n_embd % n_head:
            raise UserError(
                f"{n_head} heads cannot share a width of {n_embd} equally.",
                todo="Choose n_embd as a multiple of n_head.",
            )
        self.n_head = n_head
        self.q = nn.Linear(n_embd, n_embd, bias=bias)
        self.kv = nn.Linear(n_context or n_embd, 2 * n_embd, bias=bias)
        self.out = nn.Linear(n_embd, n_embd, bias=bias)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        context: Float[Tensor, "B S E"],
        mask: Bool[Tensor, "B S"] | Bool[Tensor, "B T S"] | None = None,
    ) -> Float[Tensor, "B T C"]:
        """What each token of `x` gathers from the tokens of `context` that `mask` lets it see.

        The mask has a row a context, for padding, or a row a token; None shows everything. A token
        that sees nothing gathers zeros.
        """
        q = self.heads(self.q(x))  # B H T D
        k, v = (self.heads(part) for part in self.kv(context).chunk(2, dim=-1))  # B H S D
        visible = None
        if mask is not None:
            visible = mask[:, None, None, :] if mask.dim() == 2 else mask[:, None]  # B 1 T|1 S
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=visible)
        if visible is not None:  # kernels differ in what a softmax over nothing is
            mixed = torch.where(visible.any(dim=-1, keepdim=True), mixed, 0.0)
        return self.out(mixed.transpose(1, 2).flatten(2))

    def heads(self, x: Float[Tensor, "B L C"]) -> Float[Tensor, "B H L D"]:
        """The channels cut into heads, heads in front of the tokens."""
        return x.unflatten(-1, (self.n_head, -1)).transpose(1, 2)
