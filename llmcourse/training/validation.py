"""How well a model predicts text that it has not seen: all of it, and exactly.

Two ways, for two kinds of corpus. A collection of documents is read document by document, each from
its start to the end of text that closes it: minus its log-probability under the model, comparable
with the entropy floor. One long text is read in windows that do not overlap; the first tokens of a
window have little to go by, which every model of that context suffers alike.
"""

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, UInt
from torch import nn

from llmcourse.errors import UserError
from llmcourse.training import loss
from llmcourse.training.batches import padded, row_spans
from llmcourse.training.loss import cross_entropy

BATCH_TOKENS = 8192
"""Tokens read at once: enough to keep a processor busy, few enough for any memory."""


@dataclass(frozen=True)
class TextLoss:
    """Minus the log-probability of each row of a text, in nats, and the number of its tokens."""

    rows: Float[np.ndarray, "rows"]
    tokens: int

    @property
    def nats(self) -> float:
        """Of the whole text."""
        return float(self.rows.sum())

    @property
    def per_token(self) -> float:
        """The mean loss, in nats a token."""
        return self.nats / self.tokens

    @property
    def perplexity(self) -> float:
        """exp of the mean loss."""
        return loss.perplexity(self.per_token)

    def bits_per_byte(self, bytes: int) -> float:
        """The loss of a text that is so many bytes long, in bits a byte."""
        return loss.bits_per_byte(self.nats, bytes)

    def above(self, floor: Float[np.ndarray, "rows"]) -> tuple[float, float]:
        """How far the loss is above the `floor` of each row, and the standard error: nats a token.

        Both were measured on the same rows, so what makes a row hard drops out of the difference:
        its standard error is much smaller than that of either.
        """
        gaps = self.rows - floor
        tokens_per_row = self.tokens / len(gaps)
        error = gaps.std(ddof=1) / np.sqrt(len(gaps))
        return float(gaps.mean() / tokens_per_row), float(error / tokens_per_row)


def document_loss(
    model: nn.Module,
    ids: UInt[np.ndarray, "tokens"],
    *,
    end: int,
    length: int,
    at_most: int | None = None,
) -> TextLoss:
    """Of every document in `ids`, from its start to the end of text behind it: a row for each.

    A document of more than `length` tokens is read in pieces that do not see each other. With
    `at_most`, only about so many tokens are read.
    """
    spans = _first(row_spans(ids, end, length), at_most)
    pieces = _loss(model, ids, spans)
    first = np.flatnonzero(ids[spans[:, 0]] == end)  # pieces that begin a document
    return TextLoss(np.add.reduceat(pieces.rows, first), pieces.tokens)


def window_loss(
    model: nn.Module, ids: UInt[np.ndarray, "tokens"], *, length: int, at_most: int | None = None
) -> TextLoss:
    """Of all `ids` but the first, in windows of `length` tokens that do not overlap."""
    starts = np.arange(0, len(ids) - 1, length)
    if not len(starts):
        raise UserError("There is no text to measure a loss on.", todo="Give two tokens or more.")
    spans = np.stack([starts, np.minimum(starts + length, len(ids) - 1)], axis=1)
    return _loss(model, ids, _first(spans, at_most))


def _first(spans: Int[np.ndarray, "rows 2"], at_most: int | None) -> Int[np.ndarray, "some 2"]:
    """The first rows that have `at_most` tokens together; at least one."""
    if at_most is None:
        return spans
    total = np.cumsum(spans[:, 1] - spans[:, 0])
    return spans[: max(1, int(np.searchsorted(total, at_most, side="right")))]


@torch.inference_mode()
def _loss(
    model: nn.Module, ids: UInt[np.ndarray, "tokens"], spans: Int[np.ndarray, "rows 2"]
) -> TextLoss:
    """Rows of similar length are read together; the answer is in the order of `spans`."""
    device = next(model.parameters()).device
    lengths = spans[:, 1] - spans[:, 0]
    rows = np.zeros(len(spans))
    order = np.argsort(-lengths, kind="stable")
    first = 0
    while first < len(order):
        some = order[first : first + max(1, BATCH_TOKENS // int(lengths[order[first]]))]
        inputs, targets = (part.to(device) for part in padded(ids, spans[some]))
        nats = cross_entropy(model(inputs), targets, "none")
        rows[some] = nats.double().sum(dim=1).cpu().numpy()
        first += len(some)
    return TextLoss(rows, int(lengths.sum()))
