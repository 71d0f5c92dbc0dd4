"""WordPiece: each word is cut into the longest pieces that the vocabulary holds, from the left.

This is the tokenizer of BERT (Devlin et al., 2019). Text is cut at white space and around each
punctuation mark. A piece that continues a word is written with `##` in front, so that `##ing` and
the word `ing` are two entries. A word that can't be cut to its end becomes one unknown token, all
of it: there are no bytes to fall back on. What encoding loses is said at `WordPieceTokenizer`.

Its vocabulary is learned in `wordpiece_training.py`, its file is written in `subword_json.py`.
What BERT does to the text before (no capitals, no accents) is left out.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain

import regex

from llmcourse.errors import UserError
from llmcourse.inputs import subword_json
from llmcourse.inputs.vocabulary import END_OF_TEXT, Vocabulary, known_unknown, utf8
from llmcourse.inputs.wordpiece_training import CONTINUES, Score, learn_pieces

UNKNOWN = "[UNK]"
LONGEST = 100
"""A word of more characters is unknown, as in BERT: the search takes the square of its length."""

# A run of neither white space nor punctuation, or one mark; ASCII's symbols count as punctuation.
BERT_PATTERN = r"[^\p{White_Space}\p{P}$+<=>^`|~]+|[\p{P}$+<=>^`|~]"

find_words = regex.compile(BERT_PATTERN).findall


def longest_match(word: str, vocabulary: Collection[str]) -> list[str] | None:
    """Cut `word` into pieces, each the longest that fits; None where none fits.

    There is no going back: where the longest piece leaves a rest that can't be cut, a shorter one
    is not tried.

    >>> longest_match("hugs", {"h", "hug", "##g", "##s"})
    ['hug', '##s']
    """
    pieces: list[str] = []
    start = 0
    while start < len(word):
        prefix = CONTINUES if start else ""
        for end in range(len(word), start, -1):
            if (piece := prefix + word[start:end]) in vocabulary:
                break
        else:
            return None
        pieces.append(piece)
        start = end
    return pieces


class WordPieceTokenizer(Vocabulary):
    """A vocabulary of word beginnings and `##` continuations, with an unknown token.

    `tokens` maps each piece to its id; `special_tokens` maps marks, `unknown` among them, to ids of
    their own.

    `decode(encode(text))` is not always `text`. Lost are: the spaces (one is put between any two
    words, so `river.` comes back as `river .`), and every word that can't be cut, which comes back
    as `[UNK]`. Where text has no unknown word, the words are the same, in the same order.

    >>> tokenizer = WordPieceTokenizer.train("hug hugs pug pugs", 12)
    >>> tokenizer.decode(tokenizer.encode("pugs, hug"))  # a comma was never seen
    'pugs [UNK] hug'
    """

    def __init__(
        self,
        tokens: Mapping[str, int],
        *,
        special_tokens: Mapping[str, int],
        unknown: str = UNKNOWN,
    ):
        known_unknown(unknown, special_tokens)
        super().__init__({i: _as_text(piece) for piece, i in tokens.items()}, special_tokens)
        self._bytes |= {i: b" " + text.encode() for text, i in special_tokens.items()}
        self.tokens = dict(tokens)
        self.unknown = unknown
        self._remembered = lru_cache(2**16)(self._cut)

    @classmethod
    def train(
        cls,
        texts: str | Iterable[str],
        vocab_size: int,
        *,
        score: Score = "gain",
        special_tokens: Collection[str] = (UNKNOWN, END_OF_TEXT),
    ) -> "WordPieceTokenizer":
        """Learn `vocab_size` tokens from `texts`: special tokens, characters, then what is joined.

        `score` chooses the pair to join (see `wordpiece_training.py`). The unknown token is the
        first of `special_tokens`. Raises UserError where the texts hold no word, or `vocab_size`
        leaves no room for their characters, one entry at the front of a word and one inside.
        """
        words: Counter[str] = Counter()
        for text in [texts] if isinstance(texts, str) else texts:
            words.update(find_words(text))
        if not words:
            raise UserError(
                "The text to train on holds no word.", todo="Give a text that is not empty."
            )
        special = {text: i for i, text in enumerate(special_tokens)}
        pieces = learn_pieces(words, vocab_size - len(special), score)
        if len(pieces) + len(special) > vocab_size:
            raise UserError(
                f"A vocabulary of {vocab_size} is too small: the {len(pieces)} characters, at the "
                f"front of words and inside, and {len(special)} special tokens are always in it.",
                todo=f"Ask for {len(pieces) + len(special)} or more.",
            )
        return cls(
            {piece: len(special) + i for i, piece in enumerate(pieces)},
            special_tokens=special,
            unknown=next(iter(special_tokens), UNKNOWN),
        )

    def encode_ordinary(self, text: str) -> list[int]:
        """Return the ids of `text`, in which nothing is special; UserError if it is not Unicode."""
        utf8(text)
        return list(chain.from_iterable(map(self._remembered, find_words(text))))

    def _cut(self, word: str) -> list[int]:
        pieces = longest_match(word, self.tokens) if len(word) <= LONGEST else None
        if pieces is None:
            return [self.special_tokens[self.unknown]]
        return [self.tokens[piece] for piece in pieces]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of `ids`, with a space before each word but the first.

        (`decode_bytes` has one before the first as well, so that its parts can be put in a row.)
        """
        return super().decode(ids).removeprefix(" ")

    def save(self, path: str | os.PathLike) -> None:
        """Write a `tokenizer.json`, which Hugging Face `tokenizers` reads too."""
        subword_json.write_wordpiece(
            path,
            tokens=self.tokens,
            unknown=self.unknown,
            longest=LONGEST,
            special_tokens=self.special_tokens,
        )

    @classmethod
    def load(cls, path: str | os.PathLike) -> "WordPieceTokenizer":
        """Read what `save` wrote, or a file that does the same; UserError for anything else."""
        tokens, unknown, special_tokens = subword_json.read_wordpiece(path, longest=LONGEST)
        return cls(tokens, special_tokens=special_tokens, unknown=unknown)


def _as_text(piece: str) -> bytes:
    """What a piece adds to the text: a continuation itself, a beginning with a space before it."""
    return utf8(piece[len(CONTINUES) :] if piece.startswith(CONTINUES) else " " + piece)
