"""The weights before training: small enough for a stable start, large enough to learn from.

`INITS` is the table of choices. Norms start as the identity and biases at zero in all of them.
"""

import math
from collections.abc import Callable

from torch import nn

from llmcourse.network.block import Block


def gpt2(model: nn.Module) -> None:
    """Normal with deviation 0.02, and 0.02/√(2N) where a branch adds to the residual stream.

    There are 2N such branches, so the smaller deviation keeps the stream's variance independent of
    depth (Radford et al., 2019).
    """
    for module in model.modules():
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)
    branches = _outputs(model)
    for linear in branches:
        nn.init.normal_(linear.weight, std=0.02 / math.sqrt(len(branches)))


def zero(model: nn.Module) -> None:
    """As `gpt2`, but branches add zero: each block starts as the identity (Zhang et al., 2019)."""
    gpt2(model)
    for linear in _outputs(model):
        nn.init.zeros_(linear.weight)


def _outputs(model: nn.Module) -> list[nn.Linear]:
    """The last matrix of each branch: two a block."""
    blocks = [module for module in model.modules() if isinstance(module, Block)]
    return [branch.out for block in blocks for branch in (block.attention, block.mlp)]


INITS: dict[str, Callable[[nn.Module], None]] = {"gpt2": gpt2, "zero": zero}
