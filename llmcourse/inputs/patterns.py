"""The regular expressions that cut text into words, which tokens never cross.

Without such a pattern BPE would spend tokens on `dog.`, `dog!` and `dog?` (Radford et al., 2019).
Both patterns keep a space with the word behind it, and match every character of any text, so that
no text is lost. They are written so that `regex`, tiktoken and `tokenizers` read them alike.
"""

import re
from collections.abc import Callable

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

# What the two say of text that is all ASCII. Python's own `re` does not know \p, but is twice as
# fast. (Its \s would take U+001C to U+001F for spaces.)
_OF_ASCII = {
    pattern: pattern.replace(r"\p{L}", "a-zA-Z").replace(r"\p{N}", "0-9").replace(r"\s", r"\t-\r ")
    for pattern in (GPT2_PATTERN, GPT4_PATTERN)
}


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
    if pattern not in _OF_ASCII:
        return anywhere.findall
    in_ascii = re.compile(_OF_ASCII[pattern])
    return lambda text: (in_ascii if text.isascii() else anywhere).findall(text)
