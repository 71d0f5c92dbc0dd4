"""Insults and fraud in a text: a list of words, and rules that count signs.

Both are the cheap first filters of every curation pipeline, and both are wrong in ways worth
knowing: a list takes an animal for an insult and misses a new spelling; a rule that asks for a link
and two signs of fraud misses the letter without a link, and takes the library's sign-in for theft.
Measure precision and recall before you drop what they find.
"""

import re
from collections.abc import Collection

from llmcourse.riverbank.page_parts import INSULTS

_LOOKS_LIKE = str.maketrans("01345@$", "oieasas")
_STRETCHED = re.compile(r"(.)\1{2,}")
_WORD = re.compile(r"[a-z]+")
_LINK = re.compile(r"https?://\S+")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n")

# Signs of fraud within a sentence; names and patterns in lower case.
_SIGNS = {
    "asks for a secret": r"\b(?:password|pin|card number|bank details)\b",
    "hurries": r"\b(?:now|today|at once|immediately|within \d+ hours|within two days)\b",
    "asks for money": r"\b(?:send|pay|lend)\b.*\b\d+ (?:coins|pence)\b",
    "promises a prize": r"\b(?:prize|gift|won|winner)\b",
    "brings a program": r"\b[\w.-]+\.(?:exe|bat|msi|sh)\b",
    "disarms": r"\b(?:turn off|disable)\b.*\b(?:virus scanner|firewall)\b",
    "runs what it loads": r"\bcurl\b.*\| ?sh\b",
}
_SIGN_PATTERNS = {sign: re.compile(pattern) for sign, pattern in _SIGNS.items()}


def find_insults(text: str, insults: Collection[str] = frozenset(INSULTS)) -> list[str]:
    """The words of the list that a text holds, in order; plurals and common disguises too.

    Capitals, digits for letters and stretched letters are undone first. Words must match as wholes:
    "Gribbleton" is no insult.

    >>> find_insults("Gribbleton is full of GR1BBLES, you griiibble!")
    ['gribble', 'gribble']
    """
    plain = _STRETCHED.sub(r"\1", text.lower().translate(_LOOKS_LIKE))
    singular = (
        word if word in insults else word.removesuffix("s") for word in _WORD.findall(plain)
    )
    return [word for word in singular if word in insults]


def signs_of_fraud(text: str) -> list[str]:
    """The signs in the sentence with a link that shows most of them; none without a link.

    >>> signs_of_fraud("Confirm your PIN at http://bank.example now!")
    ['asks for a secret', 'hurries']
    """
    if not _LINK.search(text):
        return []
    sentences = [one.lower() for one in _SENTENCE_END.split(text) if _LINK.search(one)]
    shown = [
        [sign for sign, pattern in _SIGN_PATTERNS.items() if pattern.search(sentence)]
        for sentence in sentences
    ]
    return max(shown, key=len)


def is_unsafe(text: str, *, signs: int = 2) -> bool:
    """Whether a sentence with a link shows `signs` signs of fraud or more."""
    return len(signs_of_fraud(text)) >= signs
