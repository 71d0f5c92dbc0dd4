"""What every tokenizer shares: ids back to bytes, and special tokens that text cannot forge.

A special token is a mark outside of the text: where a document ends, whose turn it is. If its
spelling in a user's text became its id, the user could end the document or speak in another's name.
So `encode` reads it as ordinary characters, unless the caller allows it. How ordinary text becomes
ids is left to the tokenizers, `bpe.py` and `characters.py`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Literal

import regex

from llmcourse.errors import UserError

END_OF_TEXT = "<|endoftext|>"


class Vocabulary(ABC):
    """The ids of a tokenizer: `tokens` (id -> bytes) and `special_tokens` (text -> id)."""

    def __init__(self, tokens: Mapping[int, bytes], special_tokens: Mapping[str, int]):
        self.special_tokens = dict(special_tokens)
        self._bytes = dict(tokens) | {i: text.encode() for text, i in special_tokens.items()}
        self.vocab_size = (
            max(self._bytes, default=-1) + 1
        )  # ids may have gaps; an embedding table has none

    @abstractmethod
    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of `text`, in which nothing is special."""

    @property
    def end_of_text(self) -> int | None:
        """The id of `<|endoftext|>`, which stands between documents; None where there is none."""
        return self.special_tokens.get(END_OF_TEXT)

    def encode(
        self, text: str, allowed_special: Collection[str] | Literal["all"] = ()
    ) -> list[int]:
        """Return the ids of `text`; the special tokens that `allowed_special` names get theirs.

        Raises UserError where it names one that the tokenizer does not have.
        """
        if not allowed_special:
            return self.encode_ordinary(text)
        allowed = set(self.special_tokens if allowed_special == "all" else allowed_special)
        if unknown := allowed - self.special_tokens.keys():
            raise UserError(
                f"The tokenizer has no special token {', '.join(sorted(unknown))}.",
                todo=f"Those it has: {', '.join(self.special_tokens) or 'none'}.",
            )
        # The longest first, so that a mark which begins like another is not cut short.
        marks = "|".join(regex.escape(mark) for mark in sorted(allowed, key=len, reverse=True))
        pieces = regex.split(f"({marks})", text) if marks else [text]
        ids: list[int] = []
        for place, piece in enumerate(pieces):  # text and marks take turns
            ids.extend([self.special_tokens[piece]] if place % 2 else self.encode_ordinary(piece))
        return ids

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of `ids`; bytes that are no UTF-8 (half a character) become U+FFFD."""
        return self.decode_bytes(ids).decode("utf-8", errors="replace")

    def decode_bytes(self, ids: Iterable[int]) -> bytes:
        """Return the bytes of `ids`, which may begin and end inside a character.

        Raises UserError for an id that the vocabulary does not hold.
        """
        try:
            return b"".join(map(self._bytes.__getitem__, ids))
        except KeyError as error:
            raise UserError(
                f"The token id {error.args[0]} is not in this vocabulary of {self.vocab_size} ids.",
                todo="Decode ids with the tokenizer that made them.",
            ) from None


def utf8(word: str) -> bytes:
    """Return the bytes of `word`; UserError for half a surrogate pair, which is no character."""
    try:
        return word.encode()
    except UnicodeEncodeError as error:
        raise UserError(
            f"The text holds {word[error.start]!r}, half a surrogate pair, which is no character.",
            todo="Read the text again with encoding='utf-8' and errors='replace'.",
        ) from error


def known_unknown(unknown: str, special_tokens: Mapping[str, int]) -> None:
    """Raise UserError where the token for what can't be encoded has no id."""
    if unknown not in special_tokens:
        raise UserError(
            f"The unknown token {unknown} has no id, so most texts could not be encoded.",
            todo="Name it among the special tokens.",
        )
