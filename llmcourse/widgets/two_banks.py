"""The two banks, stage by stage: where a linear probe puts each, and how often it is right."""

from collections.abc import Mapping, Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.network.probing import accuracy
from llmcourse.widgets.figure import Figure, es_module

MOST_OF_EACH = 60
"""As many banks of each meaning are drawn; more would hide each other."""


class TwoBanks(Figure):
    """Vectors at the word `bank` as points, at one stage of the residual stream after another.

    To the right lies what the probe holds for a river bank: `scores` has, for each way of holding
    examples out, the held-out score of every bank at every stage. Upwards goes the direction in
    which the vectors of a stage differ most, their first principal component. At most
    `MOST_OF_EACH` banks of each meaning are drawn, evenly spread; accuracies are those of all.

    >>> TwoBanks(stage_names(network), x, river, sentences, {"the sentence": scores})

    Raises `UserError` where names, vectors, scores and labels do not fit each other.
    """

    _esm = es_module("two_banks.js")

    def __init__(
        self,
        stages: Sequence[str],
        x: Float[Tensor, "stages n C"],
        river: Bool[Tensor, "n"],
        sentences: Sequence[str],
        scores: Mapping[str, Float[Tensor, "stages n"]],
        *,
        stage: int = 1,
    ):
        fitting = (len(stages), len(sentences))
        shapes = {x.shape[:2], *(held_out.shape for held_out in scores.values())}
        if shapes != {fitting} or river.shape != fitting[1:] or not scores:
            raise UserError(
                f"{len(stages)} stages and {len(sentences)} sentences were given with vectors and "
                f"scores of shapes {', '.join(str(tuple(shape)) for shape in sorted(shapes))}.",
                todo="Give a vector, a label and a score of each way for every one of them.",
            )
        if not 0 <= stage < len(stages):
            raise UserError(f"stage is {stage}.", todo=f"Give 0 to {len(stages) - 1}.")
        drawn = torch.cat([_spread(torch.where(river == label)[0]) for label in (True, False)])
        super().__init__(
            stages=list(stages),
            stage=stage,
            banks=[{"text": sentences[i], "river": bool(river[i])} for i in drawn.tolist()],
            heights=_rounded(torch.stack([_height(vectors) for vectors in x])[:, drawn]),
            ways=[
                {
                    "name": name,
                    "scores": _rounded(held_out[:, drawn]),
                    "right": [round(accuracy(one, river), 3) for one in held_out],
                }
                for name, held_out in scores.items()
            ],
        )


def _spread(indices: Tensor) -> Tensor:
    """All of them, or `MOST_OF_EACH`, evenly spread."""
    n = min(len(indices), MOST_OF_EACH)
    return indices[torch.linspace(0, len(indices) - 1, n).round().long()] if n else indices


def _height(vectors: Float[Tensor, "n C"]) -> Float[Tensor, "n"]:
    """Coordinates on the first principal component, from -1 to 1; 0 where all vectors are one."""
    centred = vectors.detach().double() - vectors.detach().double().mean(dim=0)
    if centred.norm() < 1e-6:
        return torch.zeros(len(vectors), dtype=torch.float64)
    along = centred @ torch.linalg.svd(centred, full_matrices=False).Vh[0]
    along = along * along[along.abs().argmax()].sign()  # a component has no sign of its own
    return along / along.abs().max()


def _rounded(numbers: Tensor) -> list:
    return [[round(one, 3) for one in row] for row in numbers.double().tolist()]
