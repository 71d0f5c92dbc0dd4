"""A corpus as one long row of token ids, made once and then mapped into memory.

`<|endoftext|>` stands before, between and after the documents, so the row keeps its boundaries:

    <|endoftext|> first document <|endoftext|> second document <|endoftext|>

It lies in the user's cache under a name derived from the texts and the tokenizer: what is found
there is what would be made again. Mapped means that the operating system reads the parts that are
used; a corpus may be larger than memory.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from jaxtyping import UInt

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.files import replacing, user_cache
from llmcourse.inputs import BPETokenizer, CharTokenizer, Tokenizer
from llmcourse.training.config import TrainConfig

TOKENIZER_SAMPLE = 20_000
"""Documents that a BPE tokenizer is trained on; more would change the last few merges only."""


@dataclass(frozen=True)
class Corpus:
    """What a run reads: token ids to train on, others to be measured on, and what they mean."""

    tokenizer: Tokenizer
    train: UInt[np.ndarray, "tokens"]
    validation: UInt[np.ndarray, "others"]
    fingerprint: str  # of the training text and the tokenizer


def read_corpus(config: TrainConfig, tokenizer: Tokenizer | None = None) -> Corpus:
    """Load, tokenize and map the corpus of `config`, with a new tokenizer where none is given."""
    options = {"config": config.subset} if config.subset else {}
    wanted = (
        {"n": config.documents} if config.documents and config.data.startswith("riverbank") else {}
    )
    train = load_corpus(config.data, "train", **options, **wanted)
    if config.documents and len(train) > config.documents:
        train = train.select(range(config.documents))
    texts, others = train["text"], load_corpus(config.data, "validation", **options)["text"]
    if tokenizer is None:
        tokenizer = tokenizer_for(config.tokenizer, texts, others, config.model.vocab_size)
    return Corpus(
        tokenizer,
        tokenize(texts, tokenizer),
        tokenize(others, tokenizer),
        fingerprint(texts, tokenizer),
    )


def tokenizer_for(
    kind: str, train: Iterable[str], validation: Iterable[str], vocab_size: int
) -> Tokenizer:
    """A tokenizer: "bpe" of `vocab_size` tokens, "characters" of the corpus, or that of "gpt2".

    Characters are collected from the validation text too, because one that is missing has no id:
    all that leaks is that it occurs. Raises UserError for a BPE vocabulary too small for the bytes.
    """
    if kind == "characters":
        return CharTokenizer.train(text for part in (train, validation) for text in part)
    if kind == "gpt2":
        return BPETokenizer.from_tiktoken("r50k_base")
    return BPETokenizer.train(islice(train, TOKENIZER_SAMPLE), vocab_size)


def tokenize(texts: Iterable[str], tokenizer: Tokenizer) -> UInt[np.ndarray, "tokens"]:
    """The ids of all `texts` (read twice) with ends of text around them, from the cache or new.

    Raises UserError where the texts are empty, or the disk is full.
    """
    path = user_cache() / "tokens" / fingerprint(texts, tokenizer)
    dtype = np.dtype(np.uint16 if tokenizer.vocab_size <= 2**16 else np.uint32)
    if not path.exists():
        with replacing(path) as temporary:
            _write(temporary, texts, tokenizer, dtype)
    ids = np.memmap(path, dtype, mode="r")
    if (ids == tokenizer.end_of_text).all():
        path.unlink()
        raise UserError("The corpus holds no text.", todo="Give one with at least one document.")
    return ids


def _write(path: Path, texts: Iterable[str], tokenizer: Tokenizer, dtype: np.dtype) -> None:
    with open(path, "wb") as file:
        file.write(np.array([tokenizer.end_of_text], dtype).tobytes())
        for text in texts:
            file.write(np.array([*tokenizer.encode(text), tokenizer.end_of_text], dtype).tobytes())


def fingerprint(texts: Iterable[str], tokenizer: Tokenizer) -> str:
    """A name for what `tokenize` gives: equal texts and equal vocabularies have equal names."""
    digest = hashlib.sha256()
    for token in range(tokenizer.vocab_size):
        digest.update(tokenizer.decode_bytes([token]) + b"\xff")
    for text in texts:
        digest.update(text.encode() + b"\xff")  # a byte that UTF-8 never uses
    return digest.hexdigest()[:32]
