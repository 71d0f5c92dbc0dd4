"""Documents of different lengths as one rectangle of ids: padded, or packed.

A network reads B rows of T tokens, and documents have no such shape. `pad` gives each a row of its
own and fills it up; `pack` puts several into a row, and says where each begins and ends. Either
way a `Batch` tells the network what is real, where each token stands in its document, and what is
to be learned from it. `row_plan` is the choice behind `pack`, `overlapping` cuts what is longer
than a row. Not here: where the documents come from (`streaming.py`), and the loss.
"""

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from llmcourse.errors import UserError

IGNORED = -100
"""The label of a place where nothing is to be learned. torch's own mark for that."""

Side = Literal["left", "right"]


@dataclass(frozen=True, eq=False)
class Batch:
    """B rows of T tokens. `documents` counts from 1 within a row; a filled place is in none, 0."""

    ids: Int[Tensor, "B T"]
    mask: Bool[Tensor, "B T"]
    """True where a token is real, False where the row is only filled up."""
    positions: Int[Tensor, "B T"]
    """The place of a token in its document, the first being 0."""
    labels: Int[Tensor, "B T"]
    """The token that follows in the same document; `IGNORED` where none does."""
    documents: Int[Tensor, "B T"]

    def visible(self) -> Bool[Tensor, "B T T"]:
        """Whether token i and token j are of one document (padding is of none).

        That nobody sees what comes later, the network adds itself. For one document a row it needs
        less: `mask`, one row of T instead of T rows.
        """
        same = self.documents[:, :, None] == self.documents[:, None, :]
        return same & self.mask[:, :, None]

    @property
    def waste(self) -> float:
        """The share of the places that hold no token: computed, and thrown away."""
        return 1 - self.mask.float().mean().item()


def pad(
    documents: Sequence[Sequence[int]],
    *,
    fill: int,
    side: Side = "right",
    context: int | None = None,
    truncate: Side | Literal["never"] = "never",
    learned: Sequence[Sequence[bool]] | None = None,
) -> Batch:
    """A row a document, filled up with `fill` on its `side` to the length of the longest.

    A document of more than `context` tokens loses its end (`truncate="right"`), its beginning
    ("left"), or stops everything ("never"). `learned` says of each token whether the model is to
    learn to write it, such as the answers of a chat; else it is every token but the first.

    >>> batch = pad([[5, 6, 7], [8]], fill=0, side="left")
    >>> batch.ids.tolist(), batch.labels.tolist()
    ([[5, 6, 7], [0, 0, 8]], [[6, 7, -100], [-100, -100, -100]])

    Raises UserError where there is no document, one is empty, or one is too long for the context.
    """
    if context is not None and truncate != "never":
        kept = slice(context) if truncate == "right" else slice(-context, None)
        documents = [document[kept] for document in documents]
        learned = learned and [flags[kept] for flags in learned]
    _check(documents, context, "Choose the side on which to truncate, or cut it by `overlapping`.")
    rows = [[i] for i in range(len(documents))]
    return _filled(documents, rows, max(map(len, documents)), fill, side, learned)


def pack(
    documents: Sequence[Sequence[int]],
    *,
    context: int,
    fill: int,
    way: Literal["next", "best"] = "best",
    learned: Sequence[Sequence[bool]] | None = None,
) -> Batch:
    """Rows of `context` tokens, each with several whole documents, and filled up at its end.

    `way` is that of `row_plan`. Give a network `positions` and `visible()` too, or a document reads
    its neighbours.

    >>> batch = pack([[5, 6], [7, 8], [9, 9, 9]], context=5, fill=0)
    >>> batch.ids.tolist(), batch.documents.tolist()
    ([[9, 9, 9, 5, 6], [7, 8, 0, 0, 0]], [[1, 1, 1, 2, 2], [1, 1, 0, 0, 0]])

    Raises UserError where there is no document, one is empty, or one is too long for the context.
    """
    _check(documents, context, "Cut it by `overlapping`, or choose a larger context.")
    rows = row_plan([len(document) for document in documents], context, way)
    return _filled(documents, rows, context, fill, "right", learned)


def row_plan(
    lengths: Sequence[int], context: int, way: Literal["next", "best"] = "best"
) -> list[list[int]]:
    """Which documents go into which row: a list of their numbers for each row.

    "next" keeps the order: a document that no longer fits closes the row and begins another. "best"
    takes the longest first, and puts it into the fullest row that has room for it (best-fit
    decreasing, at most 11/9 of the fewest possible rows, and 4 more; Johnson and others, 1974).

    >>> row_plan([3, 3, 2, 2], 5, "next"), row_plan([3, 3, 2, 2], 5, "best")
    ([[0], [1, 2], [3]], [[0, 2], [1, 3]])
    """
    rows: list[list[int]] = []
    if way == "next":
        room = 0
        for i, length in enumerate(lengths):
            if length > room:
                rows.append([])
                room = context
            rows[-1].append(i)
            room -= length
        return rows
    rooms: list[tuple[int, int]] = []  # what is left in each row, and its number: in order
    for i in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        found = bisect_left(rooms, (lengths[i], 0))  # the least room that is enough, first row
        if found == len(rooms):
            rows.append([])
            room, row = context, len(rows) - 1
        else:
            room, row = rooms.pop(found)
        rows[row].append(i)
        insort(rooms, (room - lengths[i], row))
    return rows


def overlapping(ids: Sequence[int], context: int) -> list[Sequence[int]]:
    """`ids` in pieces of at most `context`, of which each begins with the last token of the other.

    So every token but the first is the label of another exactly once, as it is in the whole.

    >>> overlapping([1, 2, 3, 4, 5, 6], 3)
    [[1, 2, 3], [3, 4, 5], [5, 6]]
    """
    if context < 2:
        raise UserError(
            f"A context of {context} has no room for a token and the one that follows it.",
            todo="Choose a context of 2 or more.",
        )
    return [ids[i : i + context] for i in range(0, max(len(ids) - 1, 1), context - 1)]


def _check(documents: Sequence[Sequence[int]], context: int | None, todo: str) -> None:
    if not documents:
        raise UserError("There is no document to make a batch of.", todo="Give one or more.")
    for i, document in enumerate(documents):
        if len(document) == 0:
            raise UserError(
                f"Document {i} has no tokens.", todo="Leave it out, or begin it with a mark."
            )
        if context is not None and len(document) > context:
            raise UserError(
                f"Document {i} has {len(document)} tokens, more than the context of {context}.",
                todo=todo,
            )


def _filled(
    documents: Sequence[Sequence[int]],
    rows: list[list[int]],
    width: int,
    fill: int,
    side: Side,
    learned: Sequence[Sequence[bool]] | None,
) -> Batch:
    """The rows of a plan as tensors."""
    if learned is not None and [*map(len, learned)] != [*map(len, documents)]:
        raise UserError(
            "`learned` does not have one value for each token.",
            todo="Give a list of True and False for each document, as long as it is.",
        )
    ids = torch.full((len(rows), width), fill)
    positions, numbers = torch.zeros_like(ids), torch.zeros_like(ids)
    labels = torch.full_like(ids, IGNORED)
    for row, members in enumerate(rows):
        start = 0 if side == "right" else width - sum(len(documents[i]) for i in members)
        for number, i in enumerate(members, 1):
            tokens = torch.as_tensor(documents[i], dtype=torch.int64)
            stop = start + len(tokens)
            ids[row, start:stop] = tokens
            positions[row, start:stop] = torch.arange(len(tokens))
            numbers[row, start:stop] = number
            targets = tokens[1:]
            if learned is not None:
                wanted = torch.as_tensor(learned[i], dtype=torch.bool)[1:]
                targets = torch.where(wanted, targets, IGNORED)
            labels[row, start : stop - 1] = targets
            start = stop
    return Batch(ids, numbers > 0, positions, labels, numbers)
