"""WordPiece and Unigram in the `tokenizer.json` of Hugging Face `tokenizers`.

`tokenizer_json.py` holds what all kinds of tokenizer share, and refuses what changes the text
before it is cut (so BERT's and T5's own files are refused, never read in part).
"""

import os
from collections.abc import Mapping

from llmcourse.inputs.tokenizer_json import (
    read_document,
    special_tokens_of,
    unreadable,
    write_document,
)

_METASPACE = {
    "type": "Metaspace",
    "replacement": "▁",
    "prepend_scheme": "never",
    "split": True,
}


def write_wordpiece(
    path: str | os.PathLike,
    *,
    tokens: Mapping[str, int],
    unknown: str,
    longest: int,
    special_tokens: Mapping[str, int],
) -> None:
    """Write a WordPiece vocabulary whose words BERT's rule cuts."""
    write_document(
        path,
        model={
            "type": "WordPiece",
            "unk_token": unknown,
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": longest,
            "vocab": dict(sorted({**tokens, **special_tokens}.items(), key=lambda item: item[1])),
        },
        pre_tokenizer={"type": "BertPreTokenizer"},
        decoder={"type": "WordPiece", "prefix": "##", "cleanup": False},
        special_tokens=special_tokens,
    )


def read_wordpiece(
    path: str | os.PathLike, *, longest: int
) -> tuple[dict[str, int], str, dict[str, int]]:
    """Return the tokens, the unknown token and the special tokens of a WordPiece file.

    Raises UserError where the file is missing, damaged, or cuts text in another way.
    """
    document = read_document(path, "WordPiece")
    special_tokens = special_tokens_of(path, document)
    match document:
        case {
            "model": {
                "unk_token": str(unknown),
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": int(most),
                "vocab": dict(vocab),
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
        } if most == longest and all(isinstance(i, int) for i in vocab.values()):
            if unknown not in vocab:
                raise unreadable(path, f"its unknown token {unknown} is not in its vocabulary")
            special_tokens.setdefault(unknown, vocab[unknown])
            tokens = {piece: i for piece, i in vocab.items() if piece not in special_tokens}
            return tokens, unknown, special_tokens
    raise unreadable(path, "it does not cut words as BERT does, or its vocabulary is damaged")


def write_unigram(
    path: str | os.PathLike,
    *,
    scores: Mapping[str, float],
    unknown: str,
    special_tokens: Mapping[str, int],
) -> None:
    """Write the pieces of a Unigram model, in the order of their ids."""
    write_document(
        path,
        model={
            "type": "Unigram",
            "unk_id": list(scores).index(unknown),
            "vocab": [[piece, score] for piece, score in scores.items()],
            "byte_fallback": False,
        },
        pre_tokenizer=_METASPACE,
        decoder=_METASPACE,
        special_tokens=special_tokens,
    )


def read_unigram(path: str | os.PathLike) -> tuple[dict[str, float], str, dict[str, int]]:
    """Return the pieces with their scores, the unknown token and the special tokens.

    Raises UserError where the file is missing, damaged, or cuts text in another way.
    """
    document = read_document(path, "Unigram")
    special_tokens = special_tokens_of(path, document)
    match document:
        case {
            "model": {"unk_id": int(place), "vocab": list(vocab), **others},
            "pre_tokenizer": pre_tokenizer,
        } if pre_tokenizer == _METASPACE and not others.get("byte_fallback"):
            try:
                scores = {piece: float(score) for piece, score in vocab}
                unknown = vocab[place][0]
                special_tokens.setdefault(unknown, place)
            except (TypeError, ValueError, IndexError) as error:
                raise unreadable(path, "its pieces or their scores are damaged") from error
            if len(scores) < len(vocab):
                raise unreadable(path, "it holds a piece twice")
            return scores, unknown, special_tokens
    raise unreadable(path, "it falls back on bytes, or does not cut text before each space")
