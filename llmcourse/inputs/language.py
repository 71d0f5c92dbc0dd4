"""Which language a text is in, from its runs of 1 to 4 characters.

It comes early in a curation pipeline: what follows it, stop words and word lists, assumes a
language. The model is naive Bayes: as if the runs were drawn independently, each language with its
own odds. It learns in one pass, and its score is a sum whose parts can be looked at. The other
classic, the ranking of Cavnar and Trenkle (1994), is right as often, but has to sort the runs of
every text anew; here a text costs one look-up a run.

Left out: mixed texts, dialects, and text in no language that it was trained with (it names the
nearest). The probabilities are too sure of themselves, because neighbouring runs share characters
and are not independent.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

from llmcourse.errors import UserError

READ = 400  # characters of a text that are looked at: more cost time and change hardly an answer
_BUCKETS = 2**15  # a run has one of so many rows in the table of its length, chosen by a hash
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_MULTIPLIER = np.uint32(2654435769)  # 2**32 / golden ratio, odd (Knuth 1973, section 6.4)


class LanguageIdentifier:
    """score(language) = Σ over runs of log P(run | language), with P from counts.

    >>> from llmcourse.riverbank.tongues import PROSE  # a page of text in each language
    >>> LanguageIdentifier.train(PROSE.items()).language("Wo ist mein Hund?")
    'de'
    """

    def __init__(self, languages: Sequence[str], log_probs: np.ndarray):
        """`log_probs` is (longest · 2**15, language), float32: a table for each length of runs."""
        self.languages = list(languages)
        self._log_probs = log_probs
        self._longest = len(log_probs) // _BUCKETS

    @classmethod
    def train(
        cls, texts: Iterable[tuple[str, str]], *, longest: int = 4, smoothing: float = 0.1
    ) -> "LanguageIdentifier":
        """Count the runs of 1 to `longest` characters in pairs of a language and a text of it.

        `smoothing` is added to every count, so that a run which a language has not shown yet is
        improbable and not impossible. Raises UserError for fewer than two languages, a language
        without letters, a `longest` below 1 or a `smoothing` of 0 or less.
        """
        if longest < 1 or smoothing <= 0:
            raise UserError(
                f"longest is {longest} and smoothing is {smoothing}.",
                todo="Give a longest of 1 or more and a smoothing above 0.",
            )
        counts: dict[str, np.ndarray] = {}
        for language, text in texts:
            count = np.bincount(_runs(text, longest), minlength=longest * _BUCKETS)
            counts[language] = counts.get(language, 0) + count
        for language, count in counts.items():
            if not count.any():
                raise UserError(
                    f"No letter of the language {language!r} was given.",
                    todo="Give a text in it, or leave it out.",
                )
        if len(counts) < 2:
            raise UserError(
                f"Texts of {len(counts)} languages were given.", todo="Give texts of two or more."
            )
        table = np.stack(list(counts.values()), axis=1) + smoothing  # (longest · buckets, language)
        table = table.reshape(longest, _BUCKETS, -1)
        log_probs = np.log(table / table.sum(axis=1, keepdims=True))  # each length sums to 1
        return cls(list(counts), log_probs.reshape(longest * _BUCKETS, -1).astype(np.float32))

    def scores(self, text: str) -> dict[str, float]:
        """For each language the natural log of P(text | language), as far as the runs tell it."""
        rows = self._log_probs.take(_runs(text[:READ], self._longest), axis=0)  # (run, language)
        total = np.ones(len(rows), np.float32) @ rows  # a sum, faster than .sum(axis=0)
        return dict(zip(self.languages, total.tolist(), strict=True))

    def probabilities(self, text: str) -> dict[str, float]:
        """For each language P(language | text), if all are equally frequent (Bayes)."""
        scores = self.scores(text)
        total = np.array(list(scores.values()))
        odds = np.exp(total - total.max())
        return dict(zip(scores, (odds / odds.sum()).tolist(), strict=True))

    def language(self, text: str) -> str | None:
        """The language with the highest score; None where the text begins without a letter.

        Only the first 400 characters are read.
        """
        scores = self.scores(text)
        return max(scores, key=scores.__getitem__) if any(scores.values()) else None


def _runs(text: str, longest: int) -> np.ndarray:
    """The row of every run of 1, 2, … `longest` characters, where what is no letter is one space.

    A run is a number whose digits are its characters, modulo 2**32; a longer run is made from the
    shorter one at the same place. Its hash is the number's highest bits after a multiplication.
    """
    letters = _NOT_LETTERS.sub(" ", text.lower()).strip()
    if not letters:
        return np.zeros(0, np.int64)
    codes = np.frombuffer(f" {letters} ".encode("utf-32-le"), np.uint32)
    number, rows = np.zeros(len(codes) + 1, np.uint32), []
    for n in range(min(longest, len(codes))):
        number = number[:-1] * _MULTIPLIER + codes[n:]
        rows.append((number * _MULTIPLIER >> np.uint32(17)) + np.uint32(n * _BUCKETS))
    return np.concatenate(rows).astype(np.int64)
