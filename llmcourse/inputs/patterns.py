"""The regular expressions that cut text into words, which tokens never cross.

Without such a pattern BPE would spend tokens on `dog.`, `dog!` and `dog?` (Radford et al., 2019).
Both patterns keep a space with the word behind it, and match every character of any text, so that
no text is lost. They are written so that `regex`, tiktoken and `tokenizers` read them alike.
"""

import re
from collections.abc import Callable
from functools import cache

import regex

from llmcourse.errors import UserError

# Contractions, letters, digits, marks (each with the space before it), then the spaces that are
# left.
GPT2_PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?[\p{L}]+| ?[\p{N}]+| ?[^\s\p{L}\p{N}]+|[\s]+(?![^\s])|[\s]+"

# Also contractions in capitals, letters with a mark before them, digits by threes, line breaks
# apart. The branch ` [\p{L}]+` is a part of the one behind it; as the commonest case it is tried
# first.
GPT4_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)| [\p{L}]+|[^\r\n\p{L}\p{N}]?[\p{L}]+|[\p{N}]{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|[\s]*[\r\n]+|[\s]+(?![^\s])|[\s]+"
)

# tiktoken's own versions of the two have possessive quantifiers, which `tokenizers` reads
# differently.
OF_TIKTOKEN = {"gpt2": GPT2_PATTERN, "r50k_base": GPT2_PATTERN, "cl100k_base": GPT4_PATTERN}

# What sixteen bits cannot number: emoji, rare Chinese characters, old scripts.
_BEYOND_16_BITS = re.compile("[\U00010000-\U0010ffff]")


def word_finder(pattern: str) -> Callable[[str], list[str]]:
    """Return the function that cuts a text into the words of `pattern`.

    >>> word_finder(GPT4_PATTERN)("The bank's 1200 boats.")
    ['The', ' bank', "'s", ' ', '120', '0', ' boats', '.']

    Raises UserError where `pattern` is not a regular expression, or would lose text.
    """
    try:
        anywhere = regex.compile(pattern)
    except regex.error as error:
        raise UserError(
            f"The word pattern {pattern!r} is not a regular expression: {error}.",
            todo="Correct it, or leave it out to cut words as GPT-4 does.",
        ) from error
    if anywhere.groups:
        raise UserError(
            f"The word pattern {pattern!r} has capturing groups, so parts of words would be lost.",
            todo="Write (?:…) instead of (…).",
        )
    if pattern not in (GPT2_PATTERN, GPT4_PATTERN):
        return anywhere.findall
    fast = re.compile(_with_ranges(pattern))

    def find_words(text: str) -> list[str]:
        rare = not text.isascii() and _BEYOND_16_BITS.search(text)
        return (anywhere if rare else fast).findall(text)

    return find_words


def _with_ranges(pattern: str) -> str:
    """`pattern` for Python's own `re`, which does not know \\p, but is twice as fast.

    The classes are written out as ranges up to U+FFFF, of which `re` makes a table; ranges beyond
    would be tried one after the other. (Its own \\s is not quite that of Unicode.)
    """
    for name, ranges in _ranges().items():
        pattern = pattern.replace(name, ranges)
    return pattern


@cache
def _ranges() -> dict[str, str]:
    """For each class of the patterns what stands for it between brackets, as `regex` knows it."""
    characters = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x10000))))  # no surrogates
    return {
        name: "".join(f"{run[0]}-{run[-1]}" for run in regex.findall(f"{name}+", characters))
        for name in (r"\p{L}", r"\p{N}", r"\s")
    }
