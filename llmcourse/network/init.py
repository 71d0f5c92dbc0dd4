"""The weights before training: small enough for a stable start, large enough to learn from.

Norms start as the identity and biases at zero.
"""

import math

from torch import nn

from llmcourse.network.block import Block


def initialise(model: nn.Module) -> None:
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


def _outputs(model: nn.Module) -> list[nn.Linear]:
    """The last matrix of each branch: two a block."""
    blocks = [module for module in model.modules() if isinstance(module, Block)]
    return [branch.out for block in blocks for branch in (block.attention, block.mlp)]
