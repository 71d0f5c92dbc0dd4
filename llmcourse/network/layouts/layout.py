"""What a layout is: two ways of writing the same choices, and two of naming the same weights.

Each tensor of a checkpoint of another library is one of ours, its transpose, or a part of one. A
`Link` says so for one of our tensors, in both directions, so that what reads a checkpoint also
writes it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import torch
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.network.config import Config
from llmcourse.network.counts import mlp_width

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Link:
    """Our tensor `ours` is `join` of theirs (name -> shape), and they are the `split` of ours."""

    ours: str
    theirs: dict[str, Shape]
    join: Callable[..., Tensor]
    split: Callable[[Tensor], Iterable[Tensor]]


def same(ours: str, theirs: str, *shape: int) -> Link:
    """One tensor under two names."""
    return Link(ours, {theirs: shape}, lambda tensor: tensor, lambda tensor: [tensor])


def transposed(ours: str, theirs: str, *shape: int) -> Link:
    """A matrix that is kept as inputs × outputs, as `x @ W` wants it."""
    return Link(ours, {theirs: shape}, lambda matrix: matrix.T, lambda matrix: [matrix.T])


def stacked(ours: str, theirs: dict[str, Shape]) -> Link:
    """Matrices that read the same input, one upon the other."""
    rows = [shape[0] for shape in theirs.values()]
    return Link(ours, theirs, lambda *parts: torch.cat(parts), lambda whole: whole.split(rows))


@dataclass(frozen=True)
class Layout:
    """`read` makes a `Config` of a `config.json`, `write` is its inverse; `links` are the tensors.

    Their names begin with `prefix`, all but the output layer's. Those that end in one of `ignored`
    are buffers that old versions stored.
    """

    read: Callable[[dict[str, Any]], Config]
    write: Callable[[Config], dict[str, Any]]
    links: Callable[[Config], list[Link]]
    prefix: str
    ignored: tuple[str, ...]

    def values(self, config: Config) -> dict[str, Any]:
        """What `config.json` says of `config`; raises `UserError` for what it has no words for."""
        values = self.write(config)
        if lost := _differences(self.read(values), config):
            said = ", ".join(f"{name} {value!r}" for name, value in lost.items())
            raise UserError(
                f"The layout {values['model_type']!r} has no place for {said}.",
                todo="Save it in the course's own layout.",
            )
        return values

    def own_names(self, tensors: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
        """The tensors without the prefix, those that the network has no use for left out."""
        tied = config.head == "tied"
        unused = (*self.ignored, "lm_head.weight") if tied else self.ignored
        return {
            name.removeprefix(self.prefix): tensor
            for name, tensor in tensors.items()
            if not name.endswith(unused)
        }

    def written(self, weights: dict[str, Tensor], config: Config) -> dict[str, Tensor]:
        """Our weights under their names."""
        return {
            name if name == "lm_head.weight" else f"{self.prefix}{name}": tensor
            for link in self.links(config)
            for name, tensor in zip(link.theirs, link.split(weights[link.ours]), strict=True)
        }


def _differences(read: Config, config: Config) -> dict[str, Any]:
    """The choices of `config` that were read back otherwise."""
    read, given = _spelled_out(read), _spelled_out(config)
    names = [field.name for field in fields(Config)]
    return {n: getattr(given, n) for n in names if getattr(read, n) != getattr(given, n)}


def _spelled_out(config: Config) -> Config:
    """The same network with no default left to be chosen."""
    return replace(
        config,
        n_kv_head=config.n_kv_head or config.n_head,
        mlp_width=mlp_width(config),
        rope_theta=config.rope_theta if config.position == "rope" else Config.rope_theta,
    )


def demand(values: dict[str, Any], **expected: Any) -> None:
    """Refuse a checkpoint that sets one of these options otherwise; not to set it is well."""
    for name, value in expected.items():
        if values.get(name, value) != value:
            raise refused(name, values[name], value)


def refused(name: str, given: Any, known: Any = None) -> UserError:
    """The error for an option that the course's network computes in one way only, or not at all."""
    only = "does not compute that" if known is None else f"computes {known!r} only"
    return UserError(
        f"{name} is {given!r}, and this network {only}.",
        todo="Choose a plain GPT-2, Llama or Mistral checkpoint.",
    )
