"""A corpus that is read while it is learned from: rows of `datasets` in, packed batches out.

    rows -> ids, between two end-of-text marks -> pieces of a context -> shuffle buffer -> batches

Nothing is held but the buffer, so the corpus may be larger than the disk. `state_dict` is the place
where a stream stands, as plain JSON: a stream of the same arguments that loads it goes on to the
same batches. The buffer is part of it. (`datasets` can shuffle too, but what stands in its buffer
is not in its own state in every version, so a resumed stream would skip it.) `text_pieces` reads
one document that is larger than memory.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from llmcourse.errors import UserError
from llmcourse.inputs.batches import Batch, overlapping, pack
from llmcourse.inputs.tokenizer import Tokenizer

if TYPE_CHECKING:
    from datasets import IterableDataset

LAST_SEAM = re.compile(r"(?s:.*)[^\W\d_](?= )")
"""Up to the last letter with a space behind it: no word of the course's patterns spans that."""


class Stream:
    """An iterator over batches of `rows` packed rows of `context` tokens.

    `documents` is an IterableDataset with a column "text". In it, a row whose column "more" is true
    goes on in the next, as `text_pieces` gives them. `shuffle` pieces wait in the buffer, `seed`
    draws which one leaves; with 1 the order stays. The last batch may have fewer rows.

    Raises UserError where `documents` can't say where they stand (`datasets` 2.20 or newer can), a
    row has no text, or a number is too small.
    """

    def __init__(
        self,
        documents: "IterableDataset",
        tokenizer: Tokenizer,
        *,
        context: int,
        rows: int,
        end: int,
        shuffle: int = 1000,
        seed: int = 0,
    ):
        if not hasattr(documents, "state_dict"):
            raise UserError(
                f"A {type(documents).__name__} can't say how far it has been read.",
                todo="Give an IterableDataset of datasets 2.20 or newer; "
                "a Dataset becomes one by its method to_iterable_dataset().",
            )
        if min(rows, shuffle) < 1 or context < 2:
            raise UserError(
                f"rows={rows}, shuffle={shuffle} and context={context} make no batches.",
                todo="Give one row, a buffer of 1 and a context of 2 at least.",
            )
        self.documents, self.tokenizer, self.end = documents, tokenizer, end
        self.context, self.rows, self.shuffle = context, rows, shuffle
        self._chance = np.random.default_rng(seed)
        self._read: Iterator[dict] | None = None  # begun when first used, after any loading
        self._buffer: list[list[int]] = []
        self._held: list[list[int]] = []  # left the buffer, but no longer fitted into a batch
        self._tail: list[int] = []  # of a document that goes on in the next row
        self._ended = False

    def __iter__(self) -> "Stream":
        return self

    def __next__(self) -> Batch:
        pieces, full, room = [], 0, self.context
        while piece := self._draw():
            if len(piece) > room:
                full, room = full + 1, self.context
                if full == self.rows:
                    self._held.append(piece)
                    break
            room -= len(piece)
            pieces.append(piece)
        if not pieces:
            raise StopIteration
        return pack(pieces, context=self.context, fill=self.end, way="next")

    def state_dict(self) -> dict[str, Any]:
        """Where the stream stands, between two batches: what `json.dumps` can write."""
        return {
            "documents": self.documents.state_dict() if self._read else None,
            "chance": self._chance.bit_generator.state,
            "buffer": [*map(list, self._buffer)],
            "held": [*map(list, self._held)],
            "tail": list(self._tail),
            "ended": self._ended,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on where another stream of the same arguments stood."""
        if state["documents"] is not None:
            self.documents.load_state_dict(state["documents"])
        self._read = iter(self.documents)
        self._chance.bit_generator.state = state["chance"]
        self._buffer = [*map(list, state["buffer"])]
        self._held = [*map(list, state["held"])]
        self._tail, self._ended = list(state["tail"]), state["ended"]

    def _draw(self) -> list[int]:
        """A piece for the next row; an empty one at the end."""
        if self._held:
            return self._held.pop()
        while len(self._buffer) < self.shuffle and not self._ended:
            self._buffer += self._pieces_of_next_row()
        if not self._buffer:
            return []
        # A long document may have filled it above its size: then the rest still waits outside.
        return self._buffer.pop(int(self._chance.integers(min(self.shuffle, len(self._buffer)))))

    def _pieces_of_next_row(self) -> Sequence[list[int]]:
        if self._read is None:
            self._read = iter(self.documents)
        row = next(self._read, None)
        if row is None:
            self._ended = True
            ids, self._tail = self._tail, []
            return overlapping(ids, self.context) if len(ids) > 1 else []
        if not isinstance(row.get("text"), str):
            raise UserError(
                f"A row of the corpus has no text, but {', '.join(row) or 'nothing'}.",
                todo='Give a corpus with a column "text": rename_column makes one.',
            )
        ids = (self._tail or [self.end]) + self.tokenizer.encode(row["text"])
        if len(ids) == 1:  # a text without a word: nothing to learn, not even that it ends
            return []
        if not row.get("more"):
            self._tail = []
            return overlapping([*ids, self.end], self.context)
        *whole, self._tail = overlapping(ids, self.context)
        return whole


def text_pieces(path: str | Path, characters: int = 1_000_000) -> "IterableDataset":
    """The text of a file as rows for a `Stream`, of about `characters` each: one document.

    A row ends between two words, where no token of the course's tokenizers reaches across, so the
    ids are those of the whole. Only where no letter is followed by a space, such as in Chinese or
    in a table of numbers, it ends where it is full, and the words there may be cut in another way.

    Raises UserError, while it is read, where the file is not UTF-8; at once where there is none.
    """
    from datasets import IterableDataset

    path = Path(path).absolute()
    if not path.is_file():
        raise UserError(f"There is no file {path}.", todo="Check the path.")
    return IterableDataset.from_generator(
        _rows_of_file, gen_kwargs={"path": str(path), "characters": characters}
    )


def _rows_of_file(path: str, characters: int) -> Iterator[dict]:
    kept = ""
    with open(path, encoding="utf-8", newline="") as file:
        try:
            while block := file.read(characters):
                kept += block
                last = LAST_SEAM.match(kept)
                seam = last.end() if last else len(kept)
                yield {"text": kept[:seam], "more": True}
                kept = kept[seam:]
        except UnicodeDecodeError as error:
            raise UserError(
                f"{path} is not UTF-8: it holds the byte 0x{error.object[error.start]:02x}.",
                todo=f"Convert it, such as by: iconv -f latin1 -t utf-8 {path} > utf8.txt",
            ) from error
    yield {"text": kept, "more": False}
