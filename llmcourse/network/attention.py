"""Causal self-attention: each token gathers from the tokens that it may see.

    softmax(q·kᵀ/√D + what is visible)·v, in H heads of width D = C/H      (Vaswani et al., 2017)

One class covers multi-head (K = H), grouped-query (1 < K < H; Ainslie et al., 2023) and multi-query
attention (K = 1; Shazeer, 2019): K key and value heads, each shared by H/K query heads. Who sees
whom is the business of `visibility`, how order enters that of `positions.py`.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from llmcourse.network.kv_cache import LayerCache

Visible = Bool[Tensor, "#B #H T S"] | Float[Tensor, "#B #H T S"]


class Attention(nn.Module):
    """Queries, keys and values from one matrix, heads side by side, one output matrix.

    `qk_norm="rms"` scales each query and key to unit mean square, so that no score passes √D
    (Henry et al., 2020).

    >>> Attention(n_embd=64, n_head=8, n_kv_head=2)(torch.randn(1, 10, 64)).shape
    torch.Size([1, 10, 64])
    """

    def __init__(
        self,
        n_embd: int,
        n_head: int,
        n_kv_head: int | None = None,
        *,
        bias: bool = False,
        qk_norm: str = "none",
    ):
        super().__init__()
        self.n_head, self.n_kv_head = n_head, n_kv_head or n_head
        self.head_width = n_embd // n_head
        self.qk_norm = qk_norm
        self.qkv = nn.Linear(n_embd, (n_head + 2 * self.n_kv_head) * self.head_width, bias=bias)
        self.out = nn.Linear(n_embd, n_embd, bias=bias)

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        rotate: Callable[[Tensor], Tensor] | None = None,
        visible: Visible | None = None,
        cache: LayerCache | None = None,
    ) -> Float[Tensor, "B T C"]:
        """What each token gathers.

        `rotate` turns queries and keys by their positions. `visible` comes from `visibility`; None
        is plain causal attention. With a `cache`, the T tokens also see those that it holds.
        """
        return self.out(self.gather(self.qkv(x), rotate, visible, cache))

    def gather(
        self,
        qkv: Float[Tensor, "B T _"],
        rotate: Callable[[Tensor], Tensor] | None = None,
        visible: Visible | None = None,
        cache: LayerCache | None = None,
    ) -> Float[Tensor, "B T C"]:
        """What stands between the two matrices: heads cut apart, weighted sums, side by side."""
        B, T, _ = qkv.shape
        H, K, D = self.n_head, self.n_kv_head, self.head_width
        heads = qkv.view(B, T, H + 2 * K, D).transpose(1, 2)  # B H+2K T D
        qk, v = heads.split([H + K, K], dim=1)
        if self.qk_norm == "rms":
            qk = F.rms_norm(qk, (D,))
        if rotate is not None:
            qk = rotate(qk)
        q, k = qk.split([H, K], dim=1)
        if cache is not None:
            k, v = cache.append(k, v)
        S = k.shape[2]
        if visible is None and S > T > 1:
            visible = visibility(T, S, device=qkv.device)
        mixed = F.scaled_dot_product_attention(
            q,
            k,
            v,
            attn_mask=visible,
            is_causal=visible is None and T > 1,
            enable_gqa=K < H,
        )  # B H T D
        return mixed.transpose(1, 2).reshape(B, T, H * D)


def visibility(
    T: int,
    S: int,
    *,
    window: int = 0,
    mask: Bool[Tensor, "B S"] | Bool[Tensor, "B T S"] | None = None,
    bias: Float[Tensor, "H T S"] | None = None,
    device: torch.device | str = "cpu",
) -> Visible | None:
    """What the last T of S tokens see, as attention takes it; None where it is all before them.

    True, or a finite number added to the score, where the key is seen; False or -inf where not. A
    token sees no later one, with a `window` only that many (itself counted), and of those only what
    `mask` allows: a row a sequence for padding, or a row a token for packed documents. It always
    sees itself, so that a token of padding, which sees nothing else, gives numbers and not NaN.

    >>> visibility(3, 3, window=2)[0, 0].int()
    tensor([[1, 0, 0],
            [1, 1, 0],
            [0, 1, 1]], dtype=torch.int32)
    """
    plain = T in (1, S) and (window == 0 or window >= S)
    if plain and mask is None and bias is None:
        return None
    distance = torch.arange(S - T, S, device=device)[:, None] - torch.arange(S, device=device)
    seen = distance >= 0  # T S
    if window:
        seen = seen & (distance < window)
    seen = seen[None, None]  # 1 1 T S
    if mask is not None:
        rows = mask[:, None, None, :] if mask.dim() == 2 else mask[:, None, :, :]  # B 1 T|1 S
        seen = seen & rows | (distance == 0)
    if bias is None:
        return seen
    return torch.where(seen, bias[None], -torch.inf)  # B|1 H T S
