"""Which tokens each step of pre-training sees: rows of inputs, and the tokens that follow them.

The seed and the number of the step decide it, nothing else. A run that goes on after a kill needs
no record of where it was, and every process of a distributed run can make the same batch and take
its part. An epoch uses every row once, in a new order.
"""

from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Int, UInt
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.training.loss import IGNORED

Batch = tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]
"""Inputs and targets; a target is `IGNORED` where the row is only padding."""


class Windows:
    """Stretches of `length` tokens out of one long row, wherever documents begin and end.

    The windows of an epoch stand side by side; in the next one a random offset moves the seams.

    >>> inputs, targets = Windows(np.arange(9, dtype=np.uint16), length=4, rows=2, seed=0).batch(0)
    >>> (targets - inputs).tolist()
    [[1, 1, 1, 1], [1, 1, 1, 1]]
    """

    def __init__(self, ids: UInt[np.ndarray, "tokens"], *, length: int, rows: int, seed: int):
        """`rows` windows a batch. Raises UserError where `ids` may not fill a single window."""
        self.ids, self.length, self.rows, self.seed = ids, length, rows, seed
        self.windows = (len(ids) - length) // length  # an epoch; whatever the offset
        if self.windows < 1:
            raise UserError(
                f"The corpus has {len(ids)} tokens, too few for a context of {length}.",
                todo=f"Give {2 * length} tokens or more, or choose a smaller block_size.",
            )
        self._starts = lru_cache(maxsize=2)(self._starts_of_epoch)

    def batch(self, step: int) -> Batch:
        """What step `step` sees, the first being 0."""
        numbers = range(step * self.rows, (step + 1) * self.rows)
        starts = [self._starts(i // self.windows)[i % self.windows] for i in numbers]
        rows = np.stack([self.ids[start : start + self.length + 1] for start in starts])
        rows = torch.from_numpy(rows.astype(np.int64))  # B T+1
        return rows[:, :-1], rows[:, 1:]

    def _starts_of_epoch(self, epoch: int) -> Int[np.ndarray, "windows"]:
        chance = np.random.default_rng([self.seed, epoch])
        return chance.integers(self.length) + self.length * chance.permutation(self.windows)


class Documents:
    """Rows that are one document each, from its start to its end.

    The model is trained on what it is asked for: a document, given `<|endoftext|>`. So that little
    of a batch is padding, documents of similar length go together.
    """

    POOL = 64
    """Batches whose documents are sorted by length together: the next orders stay random."""

    def __init__(
        self, ids: UInt[np.ndarray, "tokens"], *, end: int, length: int, tokens: int, seed: int
    ):
        """About `tokens` a batch; a document of more than `length` becomes several rows."""
        self.ids, self.tokens, self.seed = ids, tokens, seed
        self.spans = row_spans(ids, end, length)
        self._epoch = lru_cache(maxsize=2)(self._batches_of_epoch)

    def batch(self, step: int) -> Batch:
        """What step `step` sees, the first being 0."""
        epoch = 0
        while step >= len(self._epoch(epoch)):
            step -= len(self._epoch(epoch))
            epoch += 1
        return padded(self.ids, self.spans[self._epoch(epoch)[step]])

    def _batches_of_epoch(self, epoch: int) -> list[Int[np.ndarray, "rows"]]:
        chance = np.random.default_rng([self.seed, epoch])
        order = chance.permutation(len(self.spans))
        lengths = self.spans[order, 1] - self.spans[order, 0]
        pool = np.cumsum(lengths) // (self.POOL * self.tokens)
        order = order[np.lexsort((lengths, pool))]
        lengths = self.spans[order, 1] - self.spans[order, 0]
        batches, first, widest = [], 0, 0
        for i, length in enumerate(lengths):
            widest = max(widest, length)
            if (i - first + 1) * widest > self.tokens and i > first:
                batches.append(order[first:i])
                first, widest = i, length
        batches.append(order[first:])
        return [batches[i] for i in chance.permutation(len(batches))]


def row_spans(ids: UInt[np.ndarray, "tokens"], end: int, length: int) -> Int[np.ndarray, "rows 2"]:
    """First and last+1 input of each document, in pieces of at most `length` tokens.

    The inputs of a document are the end of text before it and its own tokens; its targets, its own
    tokens and the end of text behind it. `ids` begin with an end of text.

    >>> row_spans(np.array([0, 5, 6, 0, 7, 0], np.uint16), end=0, length=2).tolist()
    [[0, 2], [2, 3], [3, 5]]
    """
    ends = np.flatnonzero(ids == end)
    starts, stops = ends[:-1], ends[1:]
    pieces = -(-(stops - starts) // length)
    within = np.arange(pieces.sum()) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = np.repeat(starts, pieces) + within * length
    return np.stack([first, np.minimum(first + length, np.repeat(stops, pieces))], axis=1)


def padded(ids: UInt[np.ndarray, "tokens"], spans: Int[np.ndarray, "B 2"]) -> Batch:
    """The rows of `spans`, filled up behind their last token, where no token sees the filling."""
    longest = int((spans[:, 1] - spans[:, 0]).max())
    inputs = torch.zeros(len(spans), longest, dtype=torch.int64)
    targets = torch.full_like(inputs, IGNORED)
    for row, (start, stop) in enumerate(spans):
        tokens = torch.from_numpy(ids[start : stop + 1].astype(np.int64))
        inputs[row, : stop - start] = tokens[:-1]
        targets[row, : stop - start] = tokens[1:]
    return inputs, targets
