"""Unigram: of all splits of a word into pieces, the likeliest.

This is the tokenizer of SentencePiece, T5 and many models for several languages (Kudo, 2018). Each
piece has a probability, and a split that of its pieces multiplied. The same model can draw a split
instead: a network that has read a word in several splits is surer of it (subword regularization).

A space is written `▁` and belongs to the word behind it. What encoding loses is said at
`UnigramTokenizer`. The search is in `lattice.py`, training in `unigram_training.py`, the file in
`subword_json.py`.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain
from random import Random

from llmcourse.errors import UserError
from llmcourse.inputs import subword_json
from llmcourse.inputs.lattice import Path, best_path, lattice, sample_path
from llmcourse.inputs.unigram_training import learn_pieces
from llmcourse.inputs.vocabulary import END_OF_TEXT, Vocabulary, known_unknown, utf8

UNKNOWN = "<unk>"
SPACE = "▁"  # U+2581
PENALTY = 10.0
"""An unknown character has the log-probability of the rarest piece less this."""

LONGEST_WORD = 64  # of those that are remembered

_words = re.compile(f"{SPACE}?[^{SPACE}]+|{SPACE}").findall


def find_words(text: str) -> list[str]:
    """Cut `text` before each space, which is written `▁`.

    >>> find_words("by the  river")
    ['by', '▁the', '▁', '▁river']
    """
    return _words(text.replace(" ", SPACE))


class UnigramTokenizer(Vocabulary):
    """Pieces with log-probabilities, and an unknown token.

    `scores` maps each piece to its log-probability; its order gives the ids. It holds the unknown
    token, whose score counts for nothing. `special_tokens` maps marks to ids, `unknown` and others
    that may stand in `scores` among them; these are never found in a text.

    `decode(encode(text))` is `text`, with two exceptions: characters that are in no piece come back
    as one `<unk>` for each run of them, and a `▁` that stood in the text comes back as a space.

    >>> scores = {"<unk>": 0.0, "h": -2.0, "u": -2.0, "g": -2.0, "hu": -3.0, "ug": -2.5}
    >>> tokenizer = UnigramTokenizer(scores, special_tokens={"<unk>": 0})
    >>> [tokenizer.decode([i]) for i in tokenizer.encode("hug")]  # -4.5, hu|g would be -5
    ['h', 'ug']
    """

    def __init__(
        self,
        scores: Mapping[str, float],
        *,
        special_tokens: Mapping[str, int],
        unknown: str = UNKNOWN,
    ):
        known_unknown(unknown, special_tokens)
        self.tokens = {p: i for i, p in enumerate(scores) if p not in special_tokens}
        super().__init__(
            {i: utf8(piece.replace(SPACE, " ")) for piece, i in self.tokens.items()},
            special_tokens,
        )
        self.scores = dict(scores)
        self.unknown = unknown
        self._pieces = {piece: scores[piece] for piece in self.tokens}
        self._longest = max(map(len, self._pieces), default=1)
        self._unknown_score = min(scores.values(), default=0.0) - PENALTY
        self._remembered = lru_cache(2**16)(lambda word: self._ids(word, best_path))

    @classmethod
    def train(
        cls,
        texts: str | Iterable[str],
        vocab_size: int,
        *,
        special_tokens: Collection[str] = (END_OF_TEXT,),
    ) -> "UnigramTokenizer":
        """Learn `vocab_size` tokens: the unknown one, pieces by falling probability, special ones.

        Raises UserError where the texts are empty, or `vocab_size` leaves no room for their
        characters.
        """
        words: Counter[str] = Counter()
        for text in [texts] if isinstance(texts, str) else texts:
            utf8(text)
            words.update(find_words(text))
        if not words:
            raise UserError("The text to train on is empty.", todo="Give a text.")
        fixed = 1 + len(special_tokens)
        characters = len(set().union(*words))
        if vocab_size < fixed + characters:
            raise UserError(
                f"A vocabulary of {vocab_size} is too small: the {characters} characters of the "
                f"text and {fixed} special tokens are always in it.",
                todo=f"Ask for {fixed + characters} or more.",
            )
        scores = {UNKNOWN: 0.0} | learn_pieces(words, vocab_size - fixed)
        marks = {text: len(scores) + i for i, text in enumerate(special_tokens)}
        return cls(scores, special_tokens={UNKNOWN: 0} | marks)

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of the likeliest split; UserError if `text` is not Unicode."""
        utf8(text)
        return list(
            chain.from_iterable(
                self._remembered(word) if len(word) <= LONGEST_WORD else self._ids(word, best_path)
                for word in find_words(text)
            )
        )

    def sample(self, text: str, draw: Random, alpha: float = 0.2) -> list[int]:
        """Return the ids of a split drawn at random: likelier ones more often, with alpha's power.

        The split s of a word has a probability that grows as p(s)^alpha (Kudo, 2018).
        """
        utf8(text)
        return list(
            chain.from_iterable(
                self._ids(word, lambda edges: sample_path(edges, alpha, draw))
                for word in find_words(text)
            )
        )

    def _ids(self, word: str, choose: Callable[[list], Path]) -> list[int]:
        edges = lattice(word, self._pieces, self._longest, self._unknown_score)
        unknown = self.special_tokens[self.unknown]
        ids: list[int] = []
        for start, end in choose(edges):
            token_id = self.tokens.get(word[start:end], unknown)
            if token_id != unknown or ids[-1:] != [unknown]:  # a run of unknown ones is one
                ids.append(token_id)
        return ids

    def save(self, path: str | os.PathLike) -> None:
        """Write a `tokenizer.json`, which Hugging Face `tokenizers` reads too."""
        subword_json.write_unigram(
            path, scores=self.scores, unknown=self.unknown, special_tokens=self.special_tokens
        )

    @classmethod
    def load(cls, path: str | os.PathLike) -> "UnigramTokenizer":
        """Read what `save` wrote, or a file that does the same; UserError for anything else."""
        scores, unknown, special_tokens = subword_json.read_unigram(path)
        return cls(scores, special_tokens=special_tokens, unknown=unknown)
