"""The regular expressions that cut text into words, which tokens never cross.

Without such a pattern BPE would spend tokens on `dog.`, `dog!` and `dog?` (Radford et al., 2019).
Both patterns keep a space with the word behind it, and match every character of any text, so that
no text is lost. They are written so that `regex`, tiktoken and `tokenizers` read them alike.
"""

import regex

from llmcourse.errors import UserError

# Contractions, letters, digits, marks (each with the space before it), then the spaces that are
# left.
GPT2_PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"

# Also contractions in capitals, letters with a mark before them, digits by threes, line breaks
# apart. The branch ` \p{L}+` is a part of the one behind it; as the commonest case it is tried
# first.
GPT4_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)| \p{L}+|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# tiktoken's own versions of the two have possessive quantifiers, which `tokenizers` reads
# differently.
OF_TIKTOKEN = {"gpt2": GPT2_PATTERN, "r50k_base": GPT2_PATTERN, "cl100k_base": GPT4_PATTERN}


def compiled(pattern: str) -> regex.Pattern:
    """Return `pattern` ready for use; UserError where it is none, or would lose text."""
    try:
        result = regex.compile(pattern)
    except regex.error as error:
        raise UserError(
            f"The word pattern {pattern!r} is not a regular expression: {error}.",
            todo="Correct it, or leave it out to cut words as GPT-4 does.",
        ) from error
    if result.groups:
        raise UserError(
            f"The word pattern {pattern!r} has capturing groups, so parts of words would be lost.",
            todo="Write (?:…) instead of (…).",
        )
    return result
