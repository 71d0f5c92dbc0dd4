"""From scores to chances: the softmax, with the temperature that sharpens or flattens it."""

from jaxtyping import Float
from torch import Tensor

from llmcourse.errors import UserError


def softmax(
    logits: Float[Tensor, "... V"], temperature: float | int = 1.0
) -> Float[Tensor, "... V"]:
    """exp(z_i / t) / Σ_j exp(z_j / t): positive numbers that sum to 1 along the last axis.

    A temperature t below 1 favours the likely tokens, above 1 it evens the chances out; as t goes
    to 0 the largest logit takes all. Subtracting the largest logit first changes no ratio and keeps
    exp from overflowing. A logit of -inf gets probability 0.

    >>> softmax(torch.tensor([2.0, 1.0, 0.0]))
    tensor([0.6652, 0.2447, 0.0900])

    Raises `UserError` for a temperature that is not above 0.
    """
    if not temperature > 0:
        raise UserError(
            f"A softmax has no temperature of {temperature}.",
            todo="Give a number above 0; a sampler with temperature 0 takes the largest logit.",
        )
    z = (logits - logits.amax(dim=-1, keepdim=True)) / temperature
    weights = z.exp()
    return weights / weights.sum(dim=-1, keepdim=True)
