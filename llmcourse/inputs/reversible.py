"""Two ways to change a text that can be undone, for each the way there and the way back.

    escape, unescape                  what cannot be seen is spelled out
    mark_capitals, unmark_capitals    small letters only, and a mark where a capital was

Both rest on one thought. To be undone, a change must give different texts for different texts. So
what stands for something else, the backslash and the mark, needs a spelling of its own for the case
that it is in the text itself: it is doubled. Changes that cannot be undone are in `normalize.py`.
"""

import re
import unicodedata

from llmcourse.errors import UserError

SHOWN = " \n"  # spaces and line ends that stay as they are
_UNSEEN = {"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"}  # controls, formats, surrogates, kinds of space
_ESCAPE = re.compile(r"\\(?:(\\)|u\{([0-9A-F]+)\}|)")

CAPITAL = "⇧"
_MARKED = re.compile(f"{CAPITAL}(.?)")


def escape(text: str) -> str:
    r"""Return `text` with each character that cannot be seen as `\u{…}`, its number in base 16.

    A backslash becomes two, so that `unescape` knows it from one that begins such a number.

    >>> print(escape("a\tb\\c"))
    a\u{9}b\\c
    """
    if text.isascii() and text.isprintable():
        return text.replace("\\", "\\\\")
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character == "\\":
        return r"\\"
    if character in SHOWN or unicodedata.category(character) not in _UNSEEN:
        return character
    return f"\\u{{{ord(character):X}}}"


def unescape(text: str) -> str:
    r"""Return the text that `escape` was given.

    Raises UserError for a backslash that begins no escape.
    """
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(match: re.Match[str]) -> str:
    backslash, number = match.groups()
    if backslash:
        return backslash
    if number is None or int(number, 16) > 0x10FFFF:
        raise UserError(
            f"The backslash at position {match.start()} begins no escape.",
            todo=r"Give what `escape` wrote: there it is \\, or \u{…} with the number of a "
            "character.",
        )
    return chr(int(number, 16))


def mark_capitals(text: str) -> str:
    """Return `text` in small letters, with ⇧ before each that was a capital.

    >>> mark_capitals("The NHS")
    '⇧the ⇧n⇧h⇧s'

    A capital whose small letter does not lead back to it stays as it is: İ, whose small letter is
    an i and a dot, and the sign of kelvin, whose small letter is that of an ordinary K.
    """
    return "".join(
        CAPITAL + small
        if (small := character.lower()) != character and small.upper() == character
        else character * (1 + (character == CAPITAL))
        for character in text
    )


def unmark_capitals(text: str) -> str:
    """Return the text that `mark_capitals` was given; UserError for a ⇧ that it cannot have set."""
    return _MARKED.sub(_unmarked, text)


def _unmarked(match: re.Match[str]) -> str:
    after = match[1]
    if after == CAPITAL:
        return CAPITAL
    if mark_capitals(capital := after.upper()) != match[0]:
        raise UserError(
            f"The {CAPITAL} at position {match.start()} stands before no letter that it could "
            "make a capital.",
            todo="Give what `mark_capitals` wrote.",
        )
    return capital
