"""The `tokenizer.json` of Hugging Face `tokenizers`: the file in which a tokenizer is kept.

The field's tools read this format, so a tokenizer trained here works elsewhere, and GPT-2's own
file works here. Of all that the format can say, this module knows byte-level BPE and one id a
character. A file that asks for more (a normalizer, dropout, prefixes) is refused, never read in
part.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.inputs.patterns import GPT2_PATTERN

_ANY_CHARACTER = r"[\s\S]"


def _printable_bytes() -> dict[int, str]:
    """GPT-2's alphabet: a character for each byte, so that a token can be written in JSON.

    Bytes that are printable in Latin-1 stand for themselves; the rest take the characters from
    U+0100 on (a space is `Ġ`).
    """
    visible = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    return {byte: chr(byte) for byte in visible} | {
        byte: chr(0x100 + place) for place, byte in enumerate(hidden)
    }


_TO_PRINTABLE = _printable_bytes()
_FROM_PRINTABLE = {ord(text): byte for byte, text in _TO_PRINTABLE.items()}


def write_bpe(
    path: str | os.PathLike,
    *,
    tokens: dict[bytes, int],
    merges: Iterable[tuple[bytes, bytes]],
    pattern: str,
    special_tokens: dict[str, int],
) -> None:
    """Write a byte-level BPE: `tokens` to ids, `merges` in order, the pattern that cuts words."""
    printable = {token: token.decode("latin-1").translate(_TO_PRINTABLE) for token in tokens}
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    write_document(
        path,
        model={
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "ignore_merges": False,
            "vocab": {printable[token]: i for token, i in tokens.items()} | special_tokens,
            "merges": [[printable[first], printable[second]] for first, second in merges],
        },
        pre_tokenizer={
            "type": "Sequence",
            "pretokenizers": [
                {
                    "type": "Split",
                    "pattern": {"Regex": pattern},
                    "behavior": "Isolated",
                    "invert": False,
                },
                byte_level | {"use_regex": False},
            ],
        },
        decoder=byte_level | {"use_regex": True},
        special_tokens=special_tokens,
    )


def read_bpe(path: str | os.PathLike) -> tuple[dict[bytes, int], str, dict[str, int]]:
    """Return the tokens, the word pattern and the special tokens of a byte-level BPE.

    Raises UserError where the file is missing, damaged, or holds another kind of tokenizer.
    """
    document = read_document(path, "BPE")
    model, special_tokens = document["model"], special_tokens_of(path, document)
    try:
        tokens = {
            text.translate(_FROM_PRINTABLE).encode("latin-1"): token_id
            for text, token_id in model["vocab"].items()
            if text not in special_tokens
        }
        # Older files write a merge as one string, newer ones as a list of two.
        merges = [
            merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]
        ]
        made = [model["vocab"][first + second] for first, second in merges]
        in_order = made == sorted(made)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(path, "its vocabulary or its merges are damaged") from error
    if any(
        model.get(name) for name in ("dropout", "continuing_subword_prefix", "end_of_word_suffix")
    ):
        raise unreadable(path, "it asks for dropout, prefixes or suffixes")
    if not in_order or not all(bytes([byte]) in tokens for byte in range(256)):
        raise unreadable(
            path, "its tokens are not 256 bytes and then merges in the order of their ids"
        )
    return tokens, _word_pattern(path, document.get("pre_tokenizer")), special_tokens


def _word_pattern(path: str | os.PathLike, pre_tokenizer: Any) -> str:
    match pre_tokenizer:
        case {
            "type": "Sequence",
            "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": str(pattern)}, "behavior": "Isolated"},
                {"type": "ByteLevel", "add_prefix_space": False, "use_regex": False},
            ],
        }:
            return pattern
        case {"type": "ByteLevel", "add_prefix_space": False, **others} if others.get(
            "use_regex", True
        ):
            return GPT2_PATTERN
    raise unreadable(path, "it does not cut text into words in the way of GPT-2 or GPT-4")


def write_characters(
    path: str | os.PathLike, *, characters: dict[str, int], special_tokens: dict[str, int]
) -> None:
    """Write one id a character; in the format's terms, words of one character."""
    write_document(
        path,
        model={"type": "WordLevel", "vocab": characters | special_tokens, "unk_token": ""},
        pre_tokenizer={
            "type": "Split",
            "pattern": {"Regex": _ANY_CHARACTER},
            "behavior": "Isolated",
            "invert": False,
        },
        decoder={"type": "Fuse"},
        special_tokens=special_tokens,
    )


def read_characters(path: str | os.PathLike) -> tuple[dict[str, int], dict[str, int]]:
    """Return the characters and the special tokens of a file that `write_characters` wrote.

    Raises UserError where the file is missing, damaged, or holds another kind of tokenizer.
    """
    document = read_document(path, "WordLevel")
    special_tokens = special_tokens_of(path, document)
    match document["model"]:
        case {"vocab": dict(ids)}:
            characters = {text: i for text, i in ids.items() if text not in special_tokens}
            if all(len(text) == 1 and isinstance(i, int) for text, i in characters.items()):
                return characters, special_tokens
    raise unreadable(path, "its words are not single characters with an id each")


def model_type(path: str | os.PathLike) -> str:
    """Return the kind of model in the file, "BPE" or another; UserError if there is none."""
    return read_document(path)["model"]["type"]


def write_document(
    path: str | os.PathLike,
    *,
    model: Mapping[str, Any],
    pre_tokenizer: Mapping[str, Any],
    decoder: Mapping[str, Any],
    special_tokens: Mapping[str, int],
) -> None:
    flags = {
        "single_word": False,
        "lstrip": False,
        "rstrip": False,
        "normalized": False,
        "special": True,
    }
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": token_id, "content": text, **flags} for text, token_id in special_tokens.items()
        ],
        "normalizer": None,
        "pre_tokenizer": pre_tokenizer,
        "post_processor": None,
        "decoder": decoder,
        "model": model,
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def read_document(path: str | os.PathLike, wanted: str | None = None) -> dict[str, Any]:
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(
            f"The tokenizer file {path} could not be read: {error.strerror}.",
            todo="Give the path of a tokenizer.json.",
        ) from error
    except ValueError as error:
        raise unreadable(path, f"it is not JSON ({error})") from error
    match document:
        case {"model": {"type": str(found)}}:
            if wanted not in (None, found):
                raise unreadable(path, f"it holds a {found} tokenizer, not {wanted}")
        case _:
            raise unreadable(path, "it does not say which model it holds")
    if document.get("normalizer"):
        raise unreadable(path, "it changes the text before cutting it (a normalizer)")
    return document


def special_tokens_of(path: str | os.PathLike, document: Mapping[str, Any]) -> dict[str, int]:
    try:
        return {token["content"]: token["id"] for token in document.get("added_tokens") or []}
    except (KeyError, TypeError) as error:
        raise unreadable(path, "its special tokens are damaged") from error


def unreadable(path: str | os.PathLike, why: str) -> UserError:
    return UserError(
        f"The tokenizer file {path} cannot be used: {why}.",
        todo="Give a tokenizer.json that llmcourse wrote, or one of GPT-2's kind.",
    )
