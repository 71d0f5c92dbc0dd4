"""How wrong the predictions are, as one number: the cross-entropy between them and what came next.

Everything that trains in this step lowers this number. Its unit is the nat (natural logarithm) a
token; perplexity and bits a byte say the same in units that people compare models in.
"""

import math

import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor

IGNORED = -100
"""The target of a position that is not learned from: padding, or a prompt. torch's own mark."""


def cross_entropy(
    logits: Float[Tensor, "*B V"], targets: Int[Tensor, "*B"], reduction: str = "mean"
) -> Float[Tensor, "..."]:
    """-log softmax(logits)[target], over the targets that are not `IGNORED`, in float32.

        -log p[t] = log Σ exp(z[v]) - z[t]

    Worked example: logits (0, log 3) and target 1 give p = 3/4, and so -log 3/4 = 0.2877.

    `reduction` is "mean" or "sum" over the positions, or "none" for one number each (0 where
    ignored). The mean over no targets is NaN. This is torch's own function, which keeps one copy of
    the logits less than the formula written out; `cross_entropy_by_formula` is that formula.
    """
    flat = F.cross_entropy(
        logits.flatten(0, -2).float(), targets.flatten(), ignore_index=IGNORED, reduction=reduction
    )
    return flat.view(targets.shape) if reduction == "none" else flat


def cross_entropy_by_formula(
    logits: Float[Tensor, "*B V"], targets: Int[Tensor, "*B"]
) -> Float[Tensor, "*B"]:
    """The formula of `cross_entropy` as it stands: one number a position, 0 where `IGNORED`.

    The largest logit is taken out of the sum first, because exp(90) is already past the range of
    float32.
    """
    z = logits.float()
    largest = z.amax(-1, keepdim=True)
    log_total = (z - largest).exp().sum(-1).log() + largest.squeeze(-1)  # *B
    kept = targets != IGNORED
    picked = z.gather(-1, targets.where(kept, 0).unsqueeze(-1)).squeeze(-1)  # *B
    return (log_total - picked).where(kept, 0.0)


def perplexity(nats_per_token: float) -> float:
    """exp(loss): the number of equally likely tokens that would be as hard to guess.

    >>> round(perplexity(math.log(8)), 6)
    8.0
    """
    return math.exp(nats_per_token)


def bits_per_byte(nats: float, bytes: int) -> float:
    """The loss of a text in bits, divided by its length in bytes: comparable between tokenizers.

    A byte of 8 equally likely values costs log 8 nats:

    >>> round(bits_per_byte(nats=100 * math.log(8), bytes=100), 6)
    3.0
    """
    return nats / math.log(2) / bytes
