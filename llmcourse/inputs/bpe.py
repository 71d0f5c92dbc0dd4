"""Byte-level byte-pair encoding: text to token ids and back, with nothing lost.

A pattern cuts text into words. Each word becomes its UTF-8 bytes, and neighbours whose bytes
together are a token are joined, the lowest id first. Whatever the text, the bytes are there to fall
back on: there is no unknown token, and decoding gives the text back exactly.

This is where the pipeline starts: the ids from here are what the network embeds. Merges are learned
in `bpe_training.py` and applied in `bpe_encoding.py`; the patterns are in `patterns.py`, special
tokens and decoding in `vocabulary.py`, the file format in `tokenizer_json.py`.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from llmcourse.errors import UserError
from llmcourse.inputs import patterns, tokenizer_json
from llmcourse.inputs.bpe_encoding import WordCache, cut_by_rank
from llmcourse.inputs.bpe_training import learn_merges
from llmcourse.inputs.patterns import GPT4_PATTERN
from llmcourse.inputs.vocabulary import END_OF_TEXT, Vocabulary, utf8

if TYPE_CHECKING:
    import tiktoken


class BPETokenizer(Vocabulary):
    """Byte-level BPE (Radford et al., 2019) with the word pattern of GPT-4 unless another is given.

    `tokens` maps the bytes of each token to its id. It holds the 256 single bytes, and the order of
    the ids is the order of the merges. `special_tokens` maps marks such as `<|endoftext|>` to ids
    of their own. `pattern` has no capturing groups and matches every character of any text.

    >>> tokenizer = BPETokenizer.train("the cat and the hat", vocab_size=260)
    >>> tokenizer.decode(tokenizer.encode("the hat"))
    'the hat'
    """

    def __init__(
        self,
        tokens: Mapping[bytes, int],
        *,
        pattern: str = GPT4_PATTERN,
        special_tokens: Mapping[str, int],
    ):
        super().__init__({i: token for token, i in tokens.items()}, special_tokens)
        self.tokens = dict(tokens)
        self.pattern = pattern
        self._find_words = patterns.word_finder(pattern)
        self._words = WordCache(self.tokens)

    @classmethod
    def train(
        cls,
        texts: str | Iterable[str],
        vocab_size: int,
        *,
        pattern: str = GPT4_PATTERN,
        special_tokens: Collection[str] = (END_OF_TEXT,),
    ) -> "BPETokenizer":
        """Learn `vocab_size` tokens from `texts`: 256 bytes, then merges, then the special tokens.

        The most frequent pair is merged first; ties go to the smaller pair of ids, so the same text
        gives the same tokenizer everywhere. Text too short for so many merges gives a smaller
        vocabulary.

        Raises UserError where `vocab_size` leaves no room for the bytes and special tokens.
        """
        smallest = 256 + len(special_tokens)
        if vocab_size < smallest:
            raise UserError(
                f"A vocabulary of {vocab_size} is too small: the 256 bytes and "
                f"{len(special_tokens)} special tokens are always in it.",
                todo=f"Ask for {smallest} or more.",
            )
        find_words = patterns.word_finder(pattern)
        words: Counter[str] = Counter()
        for text in [texts] if isinstance(texts, str) else texts:
            words.update(find_words(text))
        merges = learn_merges(
            {utf8(word): count for word, count in words.items()}, vocab_size - smallest
        )
        tokens = [bytes([byte]) for byte in range(256)]
        for first, second in merges:
            tokens.append(tokens[first] + tokens[second])
        return cls(
            {token: token_id for token_id, token in enumerate(tokens)},
            pattern=pattern,
            special_tokens={text: len(tokens) + i for i, text in enumerate(special_tokens)},
        )

    @classmethod
    def from_tiktoken(cls, encoding: "str | tiktoken.Encoding") -> "BPETokenizer":
        """Take over the merges of one of tiktoken's encodings, given itself or by name.

        >>> BPETokenizer.from_tiktoken("cl100k_base").encode("The bank by the river had no money")
        [791, 6201, 555, 279, 15140, 1047, 912, 3300]
        """
        if isinstance(encoding, str):
            from llmcourse.data import tiktoken_encoding

            encoding = tiktoken_encoding(encoding)
        return cls(
            encoding._mergeable_ranks,
            pattern=patterns.OF_TIKTOKEN.get(encoding.name, encoding._pat_str),
            special_tokens=encoding._special_tokens,
        )

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of `text`, in which nothing is special; UserError if it is not Unicode."""
        return list(chain.from_iterable(map(self._words.__getitem__, self._find_words(text))))

    def merges(self) -> Iterator[tuple[bytes, bytes]]:
        """Give the two parts of each token that is not a single byte, in the order of the ids."""
        for token, token_id in sorted(self.tokens.items(), key=lambda item: item[1]):
            if len(token) > 1:
                first, second = cut_by_rank(token, self.tokens, below=token_id)
                yield first, second

    def save(self, path: str | os.PathLike) -> None:
        """Write a `tokenizer.json`, which Hugging Face `tokenizers` reads too."""
        tokenizer_json.write_bpe(
            path,
            tokens=self.tokens,
            merges=self.merges(),
            pattern=self.pattern,
            special_tokens=self.special_tokens,
        )

    @classmethod
    def load(cls, path: str | os.PathLike) -> "BPETokenizer":
        """Read what `save` wrote, or GPT-2's own file; UserError for anything else."""
        tokens, pattern, special_tokens = tokenizer_json.read_bpe(path)
        return cls(tokens, pattern=pattern, special_tokens=special_tokens)
