"""What can be read off a network on its way: the residual stream, the logit lens, linear probes.

    stream[0]       what `embed` gives
    stream[2n - 1]  after the attention of layer n
    stream[2n]      after its feed-forward

The *logit lens* hands each of these to the last norm and the head, as if the network ended there.
A *probe* is a linear classifier that is trained on them, while the network stays as it is. It says
what can be computed from the vectors, not what the network does with it (Belinkov, 2022); so it
needs controls, and `held_out_scores` lets each example be judged by a probe that has not seen it.
"""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmcourse.errors import UserError
from llmcourse.network.gpt import GPT


def stage_names(network: GPT) -> list[str]:
    """What the 2N + 1 stages of the residual stream are called.

    >>> stage_names(GPT(Config(vocab_size=512, n_layer=1)))
    ['embedding', 'attention 1', 'feed-forward 1']
    """
    layers = range(1, len(network.blocks) + 1)
    return ["embedding", *(f"{part} {n}" for n in layers for part in ("attention", "feed-forward"))]


def residual_stream(network: GPT, ids: Int[Tensor, "B T"]) -> Float[Tensor, "stages B T C"]:
    """The vectors at every place after every addition, before the last norm.

    Rows of unequal length may be filled up at the end with any id: no place sees a later one.

    >>> residual_stream(GPT(Config(vocab_size=512)), torch.tensor([[1, 2, 3]])).shape
    torch.Size([9, 1, 3, 128])

    Raises `UserError` where `GPT.forward` does: too long a text, an id outside the vocabulary.
    """
    stages: list[Tensor] = []

    def keep(_: nn.Module, inputs: tuple) -> None:
        stages.append(inputs[0])

    # What a block adds its attention to, what it adds its feed-forward to, and what is left.
    readers = [part for block in network.blocks for part in (block, block.mlp_norm)]
    hooks = [part.register_forward_pre_hook(keep) for part in (*readers, network.norm)]
    try:
        with torch.no_grad():
            network.hidden(ids)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack(stages)


def logit_lens(network: GPT, ids: Int[Tensor, "B T"]) -> Float[Tensor, "stages B T V"]:
    """The logits that the network would give if it ended after each stage (nostalgebraist, 2020).

    The last stage's are the network's own. The head was trained for the last stage alone, so what
    it makes of an early one can mislead (Belrose et al., 2023).
    """
    stream = residual_stream(network, ids)
    with torch.no_grad():
        return network.head(network.norm(stream))


class Probe(NamedTuple):
    """A linear classifier: above 0 it says True."""

    weight: Float[Tensor, "C"]
    bias: Float[Tensor, ""]

    def scores(self, x: Float[Tensor, "n C"]) -> Float[Tensor, "n"]:
        """x·weight + bias, about +1 for True and -1 for False."""
        return x.to(self.weight) @ self.weight + self.bias


def fit_probe(x: Float[Tensor, "n C"], labels: Bool[Tensor, "n"], *, ridge: float = 0.01) -> Probe:
    """The weights that solve, with y = +1 where the label is True and -1 elsewhere,

        minimise  Σ (xᵢ·w + b - yᵢ)² + λ·|w|²     λ = ridge · Σ |xᵢ - mean of x|² / C

    (ridge regression; Hoerl & Kennard, 1970). As λ grows with the spread of x, the same `ridge`
    means the same for short and for long vectors. In 64 bits.

    >>> fit_probe(torch.tensor([[0.0], [1.0]]), torch.tensor([False, True]), ridge=1.0)
    Probe(weight=tensor([1.], dtype=torch.float64), bias=tensor(-0.5000, dtype=torch.float64))

    Raises `UserError` for labels that are all alike.
    """
    if labels.all() or not labels.any():
        raise UserError(
            "All labels are alike, and a probe learns from two kinds.",
            todo="Give examples of both.",
        )
    y = labels.double() * 2 - 1
    x = x.detach().to(y)
    mean, middle = x.mean(dim=0), y.mean()
    x = x - mean
    squares = x.T @ x
    # Vectors that are all alike spread by rounding alone; then the tiny term makes the weights 0.
    penalty = ridge * squares.trace() / len(squares) + 1e-9
    weight = torch.linalg.solve(
        squares + penalty * torch.eye(len(squares)).to(y), x.T @ (y - middle)
    )
    return Probe(weight, middle - mean @ weight)


def held_out_scores(
    x: Float[Tensor, "n C"],
    labels: Bool[Tensor, "n"],
    groups: Sequence[Hashable],
    *,
    folds: int = 5,
    ridge: float = 0.01,
    seed: int = 0,
) -> Float[Tensor, "n"]:
    """The score of each example by a probe that was trained without its group (cross-validation).

    The groups are dealt to `folds` parts at random; each part is scored by a probe of the others.
    What examples share that must not be learnt by heart (a sentence, a story) makes the group.

    Raises `UserError` for fewer groups than folds, and where a probe is left one kind of label.
    """
    members = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    if not 2 <= folds <= len(members):
        raise UserError(
            f"{len(members)} groups cannot be dealt to {folds} parts.",
            todo="Ask for at least 2 parts, and for no more than there are groups.",
        )
    part = torch.arange(len(members)) % folds
    part = part[torch.randperm(len(members), generator=torch.Generator().manual_seed(seed))]
    fold = part[torch.tensor([members[group] for group in groups])].to(labels.device)
    scores = torch.empty(len(labels), dtype=torch.float64, device=labels.device)
    for number in range(folds):
        out = fold == number
        scores[out] = fit_probe(x[~out], labels[~out], ridge=ridge).scores(x[out])
    return scores


def accuracy(scores: Float[Tensor, "n"], labels: Bool[Tensor, "n"]) -> float:
    """The share of right answers, as the mean of both labels' shares.

    So one and the same answer to everything gives 0.5, however unequal the labels' numbers are.

    >>> accuracy(torch.tensor([0.3, 0.2, 0.1, -0.1]), torch.tensor([True, True, True, False]))
    1.0
    >>> accuracy(torch.tensor([0.3, 0.2, 0.1, 0.1]), torch.tensor([True, True, True, False]))
    0.5
    """
    right = (scores > 0) == labels
    return (right[labels].double().mean() + right[~labels].double().mean()).item() / 2
