"""The four normal forms of Unicode, from its table of decompositions (Unicode Standard Annex 15).

The same text can be written in several ways: é is one character, or an e and an accent. A form is
one spelling for all of them, in up to three passes:

    decompose    each character into the parts that Unicode's table gives for it
    order        marks that stand on one letter, by their combining class
    compose      pairs for which there is one character, in NFC and NFKC

C or D says whether parts are put together again; with K, characters which are another one in a
certain shape (ﬁ, ½, ²) become the plain one. This module is there to be read. `normalize.py` takes
`unicodedata.normalize`, which gives the same and is written in C.
"""

import unicodedata
from functools import cache

from llmcourse.errors import UserError

FORMS = ("NFC", "NFD", "NFKC", "NFKD")

# A Korean syllable is two or three letters, and its number follows from theirs.
SYLLABLE, LEAD, VOWEL, TAIL = 0xAC00, 0x1100, 0x1161, 0x11A7  # TAIL itself: none
LEADS, VOWELS, TAILS = 19, 21, 28

# Pairs that are never put together, as in CompositionExclusions.txt of Unicode: in these scripts
# the parts are what people write.
_EXCLUDED = frozenset(
    "\u0958\u0959\u095a\u095b\u095c\u095d\u095e\u095f\u09dc\u09dd\u09df\u0a33\u0a36\u0a59\u0a5a\u0a5b"
    "\u0a5e\u0b5c\u0b5d\u0f43\u0f4d\u0f52\u0f57\u0f5c\u0f69\u0f76\u0f78\u0f93\u0f9d\u0fa2\u0fa7\u0fac"
    "\u0fb9\u2adc\ufb1d\ufb1f\ufb2a\ufb2b\ufb2c\ufb2d\ufb2e\ufb2f\ufb30\ufb31\ufb32\ufb33\ufb34\ufb35"
    "\ufb36\ufb38\ufb39\ufb3a\ufb3b\ufb3c\ufb3e\ufb40\ufb41\ufb43\ufb44\ufb46\ufb47\ufb48\ufb49\ufb4a"
    "\ufb4b\ufb4c\ufb4d\ufb4e\U0001d15e\U0001d15f\U0001d160\U0001d161\U0001d162\U0001d163\U0001d164"
    "\U0001d1bb\U0001d1bc\U0001d1bd\U0001d1be\U0001d1bf\U0001d1c0"
)


def unicode_form(text: str, form: str) -> str:
    """Return `text` in one of the four forms.

    >>> [len(unicode_form("é ½", form)) for form in FORMS]
    [3, 4, 5, 6]

    Raises UserError for another form.
    """
    if form not in FORMS:
        raise UserError(f"Unicode has no form {form!r}.", todo=f"Its forms are {', '.join(FORMS)}.")
    parts = {ord(character): decompose(character, "K" in form) for character in set(text)}
    ordered = order(text.translate(parts))
    return compose(ordered) if form.endswith("C") else ordered


def decompose(character: str, compatibility: bool) -> str:
    r"""Return the parts of a character, whose own parts are taken apart too.

    >>> ascii(decompose("ǘ", False))  # ü and the acute accent, and ü is u and two dots
    "'u\\u0308\\u0301'"

    An entry of the table is a list of code points. It begins with a word such as `<fraction>` where
    the two only mean the same: those count with `compatibility`.
    """
    if (place := ord(character) - SYLLABLE) in range(LEADS * VOWELS * TAILS):
        rest, tail = divmod(place, TAILS)
        lead, vowel = divmod(rest, VOWELS)
        return chr(LEAD + lead) + chr(VOWEL + vowel) + (chr(TAIL + tail) if tail else "")
    parts = unicodedata.decomposition(character).split()
    if parts and parts[0].startswith("<"):
        parts = parts[1:] if compatibility else []
    if not parts:
        return character
    return "".join(decompose(chr(int(part, 16)), compatibility) for part in parts)


def order(text: str) -> str:
    """Return `text` with the marks after each letter in the order of their combining class.

    The class says where a mark sits: 220 below, 230 above. Of marks that sit in the same place the
    one nearer to the letter comes first, so those keep their order. A character of class 0, a
    starter, is never moved.
    """
    if text.isascii():
        return text
    ordered: list[str] = []
    marks: list[str] = []
    for character in text:
        if unicodedata.combining(character):
            marks.append(character)
        else:
            ordered += sorted(marks, key=unicodedata.combining)  # which is stable
            ordered.append(character)
            marks = []
    return "".join(ordered + sorted(marks, key=unicodedata.combining))


def compose(text: str) -> str:
    """Return ordered `text` with each starter joined to the characters after it where that is one.

    A character is joined to the last starter unless something blocks it: a mark in between that
    sits in the same place, and stays.
    """
    if text.isascii():
        return text
    composed: list[str] = []
    starter = -1  # its place in `composed`; none yet
    between = -1  # the class of the last character after the starter; -1: nothing is in between
    for character in text:
        combining = unicodedata.combining(character)
        if starter >= 0 and between < combining:
            whole = composite(composed[starter], character)
            if whole is not None:
                composed[starter] = whole
                continue
        starter, between = (starter, combining) if combining else (len(composed), -1)
        composed.append(character)
    return "".join(composed)


def composite(first: str, second: str) -> str | None:
    r"""Return the one character for two, or None.

    >>> composite("e", "\u0301"), composite("\u1112", "\u1161"), composite("e", "e")
    ('é', '하', None)
    """
    a, b = ord(first), ord(second)
    if a - LEAD in range(LEADS) and b - VOWEL in range(VOWELS):
        return chr(SYLLABLE + ((a - LEAD) * VOWELS + b - VOWEL) * TAILS)
    place = a - SYLLABLE
    if place in range(0, LEADS * VOWELS * TAILS, TAILS) and b - TAIL in range(1, TAILS):
        return chr(a + b - TAIL)
    return _pairs().get((first, second))


@cache
def _pairs() -> dict[tuple[str, str], str]:
    """Every pair that has one character, found by reading the table of decompositions backwards.

    Not an entry with one part, since that is another number for the same character (K, the sign of
    kelvin), nor one that begins with a mark: what it is written on would come first.
    """
    pairs = {}
    for character in map(chr, range(0x20000)):  # beyond there is no such pair
        parts = unicodedata.decomposition(character).split()
        if len(parts) != 2 or parts[0].startswith("<") or character in _EXCLUDED:
            continue
        first, second = (chr(int(part, 16)) for part in parts)
        if not unicodedata.combining(first):
            pairs[first, second] = character
    return pairs
