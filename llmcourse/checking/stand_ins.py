"""Callable arguments for the learner's code, made again from their fields where it runs."""

from typing import Any

from llmcourse.checking.plain import StandIn, is_tensor
from llmcourse.checking.showing import show


class TableModel(StandIn):
    """A model without training: the logits of a token's row, and a fading rest of those before.

        logits(t) = table[ids(t)] + fade · logits(t - 1)

    Called with ids of shape (B, T) it gives logits (B, T, V), as a network does, and keeps in
    `lengths` how many tokens it read each time. It refuses more than `context` of them.

    >>> TableModel(torch.eye(3), fade=0.5)(torch.tensor([[0, 2]]))
    tensor([[[1.0000, 0.0000, 0.0000],
             [0.5000, 0.0000, 1.0000]]])
    """

    def __init__(self, table: Any, *, fade: float | int = 0.5, context: int = 1000):
        self.table, self.fade, self.context = table, fade, context
        self.lengths: list[int] = []

    def __call__(self, ids: Any) -> Any:
        """Logits (B, T, V) of integer ids (B, T)."""
        if not is_tensor(ids) or ids.dim() != 2 or ids.is_floating_point():
            raise TypeError(
                f"the model reads a tensor of integers with the shape (B, T), not {show(ids)}"
            )
        length = ids.shape[1]
        if length > self.context:
            raise ValueError(
                f"the model reads {self.context} tokens at most; it was given {length}"
            )
        self.lengths.append(length)
        logits = self.table[ids]  # B T V
        for t in range(1, length):
            logits[:, t] += self.fade * logits[:, t - 1]
        return logits
