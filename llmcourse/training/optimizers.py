"""From gradients to new weights: AdamW for any parameter, Muon for the matrices between the layers.

Both read `p.grad` and the learning rate of their group, which the schedule sets before each step.
They work on all tensors of a group at once (`torch._foreach_…`, batches of equal shapes), because a
small model has many small tensors and a call costs more than its arithmetic.
"""

import math
from collections import defaultdict
from collections.abc import Iterable

import torch
from jaxtyping import Float
from torch import Tensor, nn


class AdamW(torch.optim.Optimizer):
    """Adam with decoupled weight decay (Kingma & Ba, 2015; Loshchilov & Hutter, 2019).

        m ← β₁m + (1 - β₁)g              mean of the gradients
        v ← β₂v + (1 - β₂)g²             mean of their squares
        p ← (1 - lr·decay)·p - lr · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + eps)

    The means start at zero; dividing by 1 - βᵗ takes out that bias. The first step is thus about
    ±lr for each weight, whatever the size of its gradient.
    """

    def __init__(
        self,
        params: Iterable,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.95),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ):
        defaults = {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "steps": 0}
        super().__init__(params, defaults)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = {"mean": torch.zeros_like(p), "square": torch.zeros_like(p)}

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Change every parameter that has a gradient."""
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if not params:
                continue
            grads = [p.grad for p in params]
            means = [self.state[p]["mean"] for p in params]
            squares = [self.state[p]["square"] for p in params]
            lr, (beta1, beta2) = group["lr"], group["betas"]
            group["steps"] += 1
            torch._foreach_lerp_(means, grads, 1 - beta1)
            torch._foreach_mul_(squares, beta2)
            torch._foreach_addcmul_(squares, grads, grads, 1 - beta2)
            roots = torch._foreach_sqrt(squares)
            torch._foreach_div_(roots, math.sqrt(1 - beta2 ** group["steps"]))
            torch._foreach_add_(roots, group["eps"])
            if group["weight_decay"]:
                torch._foreach_mul_(params, 1 - lr * group["weight_decay"])
            torch._foreach_addcdiv_(params, means, roots, -lr / (1 - beta1 ** group["steps"]))


class Muon(torch.optim.Optimizer):
    """Momentum, orthogonalised: all directions of a matrix move equally (Jordan et al., 2024).

        m ← βm + (1 - β)g
        u ← (1 - β)g + βm                (Nesterov: one step ahead of the mean)
        p ← (1 - lr·decay)·p - lr·√max(1, rows/columns) · UVᵀ       where u = USVᵀ

    Gradients of a matrix are dominated by a few directions; UVᵀ has the same directions, all of
    size 1, so the rare ones are learned too. Only for parameters with two dimensions that are
    multiplied with activations; embeddings, the output layer and vectors are AdamW's.
    """

    def __init__(
        self,
        params: Iterable,
        lr: float = 0.02,
        momentum: float = 0.95,
        weight_decay: float = 0.0,
        dtype: torch.dtype = torch.float32,
    ):
        """`dtype` is that of `orthogonalize`; bfloat16 is enough, where it is fast."""
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "dtype": dtype}
        super().__init__(params, defaults)
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p] = {"mean": torch.zeros_like(p)}

    @torch.no_grad()
    def step(self, closure: None = None) -> None:
        """Change every parameter that has a gradient."""
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if not params:
                continue
            grads = [p.grad for p in params]
            means = [self.state[p]["mean"] for p in params]
            torch._foreach_lerp_(means, grads, 1 - group["momentum"])
            ahead = torch._foreach_lerp(grads, means, group["momentum"])
            if group["weight_decay"]:
                torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
            alike = defaultdict(list)
            for p, u in zip(params, ahead, strict=True):
                alike[p.shape].append((p, u))
            for (rows, columns), pairs in alike.items():
                moves = orthogonalize(torch.stack([u for _, u in pairs]).to(group["dtype"]))
                scale = group["lr"] * math.sqrt(max(1, rows / columns))
                moves = list(moves.to(pairs[0][0].dtype).unbind())
                torch._foreach_add_([p for p, _ in pairs], moves, alpha=-scale)


POLAR = ((8.0934, -23.6204, 17.4462), (3.6366, -2.7219, 0.5365), (2.6613, -1.9772, 0.4526))
"""a, b, c of each step of `orthogonalize`.

Each is the polynomial ax + bx³ + cx⁵ that stays nearest to 1 (the minimax one, by Remez's exchange)
on the interval that the step before left, the first being 0.01 … 1 (Amsel et al., 2025).
"""


def orthogonalize(x: Float[Tensor, "M R C"]) -> Float[Tensor, "M R C"]:
    """About UVᵀ for each matrix USVᵀ, by polynomials instead of a decomposition.

    A step maps each singular value s to as + bs³ + cs⁵ and leaves U and V as they are. The three
    bring what is between 0.01 and 1 to between 0.73 and 1.27, and what is smaller up by a factor of
    78. Jordan et al. (2024) reach as much with five steps of equal coefficients.
    """
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.mT  # the products below are as wide as the first dimension: make it the small one
    # All singular values below 1, with room for the rounding of bfloat16.
    x = x / (1.02 * x.norm(dim=(1, 2), keepdim=True)).clamp(min=1e-7)
    for a, b, c in POLAR:
        square = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(square, square, square, beta=b, alpha=c), x, beta=a)
    return x.mT if tall else x


def optimizers_for(
    model: nn.Module,
    kind: str,
    *,
    lr: float,
    matrix_lr: float,
    betas: tuple[float, float],
    weight_decay: float,
    dtype: torch.dtype = torch.float32,
) -> list[torch.optim.Optimizer]:
    """The optimizers of a GPT: "adamw" for all of it, or "muon" for the matrices of its blocks.

    Weight decay is for the matrices of the blocks. Vectors and embeddings are left alone: an
    embedding that is rarely used would shrink with no gradient to answer.
    """
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    matrices = [p for name, p in named if p.ndim == 2 and name.startswith("blocks.")]
    inside = set(map(id, matrices))
    rest = [p for _, p in named if id(p) not in inside]
    if kind == "muon":
        muon = Muon(matrices, matrix_lr, weight_decay=weight_decay, dtype=dtype)
        return [muon, AdamW(rest, lr, betas)]
    return [
        AdamW([{"params": matrices, "weight_decay": weight_decay}, {"params": rest}], lr, betas)
    ]
