"""Rules that tell running text from menus, noise and repetition, without reading it.

They are those of Gopher's corpus (Rae et al., 2021), which count words, letters, symbols, stop
words and repetition, with the notices of C4 (Raffel et al., 2020) and a rule for misread UTF-8. A
rule is cheap, says why, and is easily wrong: a poem repeats its lines, a program is full of
symbols. What rules miss, a classifier may find: `quality_classifier.py`.

The rules on words are made for languages with spaces between words, the stop words are English.
"""

import re
from collections import Counter
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import NamedTuple

from llmcourse.errors import UserError

STOP_WORDS = frozenset(("the", "be", "to", "of", "and", "that", "have", "with"))  # Gopher's
NGRAM = 5  # words; Gopher looks at runs of 5 to 10

# What stands in frames of pages, not in texts (C4's list, shortened).
_NOTICES = re.compile(
    r"\b(?:(?:uses?|manage|accept(?: all)?|necessary) cookies|cookie (?:policy|settings)"
    r"|terms of use|privacy policy|all rights reserved|(?:enable|requires?) javascript"
    r"|lorem ipsum|skip to (?:main )?(?:content|navigation))\b"
)
_SYMBOLS = re.compile(r"[#*~^|<>{}\[\]%$=_\\/+@•»«→■]")
_LETTER = re.compile(r"[^\W\d_]")
# Two or three bytes of UTF-8, each shown as the character that it is in Windows-1252.
_MISREAD = re.compile("Ã[\u0080-¿ƒ€-™Œœ]|Â[\u0080-¿]|â(?:€|„|†)|ï»¿|\ufffd")


class Measures(NamedTuple):
    """What the rules look at. Shares are from 0 to 1."""

    words: int  # cut at white space
    word_length: float  # characters a word
    letters: float  # share of words that hold a letter
    symbols: float  # symbols a word
    stop_words: int  # how many different ones of STOP_WORDS
    repeated_lines: float  # share of characters in lines that were there before
    repeated_ngrams: float  # share of words within a run of 5 words that occurs again
    misread: float  # places of misread UTF-8 a word
    notices: float  # notices such as "uses cookies", a word


def measure(text: str) -> Measures:
    """Count once what all rules need.

    >>> measure("the cat and the dog").stop_words
    2
    """
    words, lower = text.split(), text.lower()
    count = len(words) or 1
    return Measures(
        words=len(words),
        word_length=sum(map(len, words)) / count,
        letters=sum(map(bool, map(_LETTER.search, words))) / count,
        symbols=len(_SYMBOLS.findall(text)) / count,
        stop_words=len(STOP_WORDS.intersection(lower.split())),
        repeated_lines=_repeated_lines(text),
        repeated_ngrams=_repeated_ngrams(words),
        misread=0.0 if text.isascii() else len(_MISREAD.findall(text)) / count,
        notices=len(_NOTICES.findall(lower)) / count,
    )


@dataclass(frozen=True)
class Rules:
    """What a document must be, to be kept; the defaults are Gopher's where it has the rule.

    >>> Rules(min_words=3).reason("* * * *")
    'words without letters'

    Raises UserError where no document could have both the least and the most.
    """

    min_words: int = 50
    max_words: int = 100_000
    min_word_length: float = 3.0
    max_word_length: float = 10.0
    min_letters: float = 0.8
    max_symbols: float = 0.1
    min_stop_words: int = 2
    max_repeated_lines: float = 0.2
    max_repeated_ngrams: float = 0.15
    max_misread: float = 0.01
    max_notices: float = 0.01

    def __post_init__(self) -> None:
        for least, most in (
            (self.min_words, self.max_words),
            (self.min_word_length, self.max_word_length),
        ):
            if least > most:
                raise UserError(
                    f"No document has at least {least} and at most {most}.",
                    todo="Give a least that is not above the most.",
                )

    def reason(self, text: str) -> str | None:
        """The first rule that the text breaks, in words; None for a text to keep."""
        return self.broken(measure(text))

    def broken(self, found: Measures) -> str | None:
        """The same, for a text that was measured before."""
        for name, limit, words in _IN_WORDS:
            value, limit = getattr(found, name), getattr(self, limit)
            if value < limit if words[0] == "<" else value > limit:
                return words[1:]
        return None


# A measure, its limit, and what a document is told; "<" breaks the rule below the limit.
_IN_WORDS = (
    ("words", "min_words", "<too few words"),
    ("words", "max_words", ">too many words"),
    ("misread", "max_misread", ">misread UTF-8"),
    ("letters", "min_letters", "<words without letters"),
    ("notices", "max_notices", ">notices of a web page"),
    ("symbols", "max_symbols", ">symbols"),
    ("word_length", "min_word_length", "<short words"),
    ("word_length", "max_word_length", ">long words"),
    ("repeated_lines", "max_repeated_lines", ">repeated lines"),
    ("repeated_ngrams", "max_repeated_ngrams", ">repeated words"),
    ("stop_words", "min_stop_words", "<no stop words"),
)
assert {limit for _, limit, _ in _IN_WORDS} == {field.name for field in fields(Rules)}


def _repeated_lines(text: str) -> float:
    """The share of characters in lines that repeat an earlier one; empty lines don't count."""
    if "\n" not in text:
        return 0.0
    counts = Counter(line for line in map(str.strip, text.splitlines()) if line)
    repeated = sum(len(line) * (n - 1) for line, n in counts.items())
    return repeated / (sum(len(line) * n for line, n in counts.items()) or 1)


def _repeated_ngrams(words: list[str]) -> float:
    """The share of words that lie in a run of `NGRAM` words which occurs again."""
    runs = list(zip(*(words[i:] for i in range(NGRAM)), strict=False))
    if len(set(runs)) == len(runs):
        return 0.0
    counts = Counter(runs)
    starts = [i for i, run in enumerate(runs) if counts[run] > 1]
    # Runs that overlap count their common words once.
    covered = NGRAM + sum(min(NGRAM, later - earlier) for earlier, later in pairwise(starts))
    return covered / len(words)
