"""What the rest of the pipeline needs of a tokenizer, and how one is read from its file."""

import os
from collections.abc import Collection, Iterable
from typing import Literal, Protocol, runtime_checkable

from llmcourse.inputs import tokenizer_json
from llmcourse.inputs.bpe import BPETokenizer
from llmcourse.inputs.characters import CharTokenizer


@runtime_checkable
class Tokenizer(Protocol):
    """Text to ids in [0, vocab_size) and back.

    `decode(encode(text))` is `text`, but for what WordPiece and Unigram say that they lose.
    """

    vocab_size: int
    special_tokens: dict[str, int]

    @property
    def end_of_text(self) -> int | None:
        """The id that stands between documents, if there is one."""
        ...

    def encode(
        self, text: str, allowed_special: Collection[str] | Literal["all"] = ()
    ) -> list[int]:
        """Return the ids of `text`; special tokens are ordinary text unless allowed."""
        ...

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of `ids`, with U+FFFD for bytes that are no character."""
        ...

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """Return the bytes of `ids`, which may begin and end inside a character."""
        ...

    def save(self, path: str | os.PathLike) -> None:
        """Write the tokenizer to `path`."""
        ...


def load_tokenizer(path: str | os.PathLike) -> Tokenizer:
    """Read the tokenizer in `path`, of whichever kind it is; UserError where there is none."""
    kind = tokenizer_json.model_type(path)
    if kind == "WordPiece":
        from llmcourse.inputs.wordpiece import WordPieceTokenizer

        return WordPieceTokenizer.load(path)
    if kind == "Unigram":
        from llmcourse.inputs.unigram import UnigramTokenizer

        return UnigramTokenizer.load(path)
    return (CharTokenizer if kind == "WordLevel" else BPETokenizer).load(path)
