"""The steps by which texts are made alike before they are read, and what each of them loses.

A step is a function of a text with a name; `normalize` takes them in the order in which they are
given. Nearly all of them give the same for several texts, and then nobody can tell from the result
which it was: `Step.loses` says so, and `Step.undo` is None. The two that can be undone are in
`reversible.py`. The tokenizers of this course take no step: which text was meant is for the caller
to say.

The four forms come from `unicodedata`, in C; `unicode_forms.py` shows how they work. What is left
out: characters of different alphabets that look alike (Latin a, Cyrillic а). Unicode has no table
that makes them one.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from llmcourse.errors import UserError
from llmcourse.inputs.reversible import escape, mark_capitals, unescape, unmark_capitals

_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
# As ranges for re: all that Unicode counts as control, except tab, line feed, carriage return.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2064\ufeff]")
_JOINERS = re.compile("[\u200c\u200d]")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")


@dataclass(frozen=True)
class Step:
    """One change: `undo` gives back every text that `apply` was given, or is None."""

    apply: Callable[[str], str]
    loses: str
    undo: Callable[[str], str] | None = None


def without_accents(text: str) -> str:
    """Return `text` in NFD without its marks, as BERT reads it (Devlin et al., 2019).

    >>> without_accents("Où est la forêt ?"), without_accents("कुछ")  # something; its u is gone
    ('Ou est la foret ?', 'कछ')
    """
    parts = unicodedata.normalize("NFD", text)
    if parts.isascii():
        return parts
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")


def whole_surrogates(text: str) -> str:
    """Return `text` with each surrogate pair as its character, and each half of one as U+FFFD."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _form(name: str) -> Callable[[str], str]:
    return partial(unicodedata.normalize, name)


def _without(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return partial(pattern.sub, "")


STEPS: dict[str, Step] = {
    "NFC": Step(_form("NFC"), "whether é was one character or e and an accent"),
    "NFD": Step(_form("NFD"), "whether é was one character or e and an accent"),
    "NFKC": Step(_form("NFKC"), "as NFC, and the shape: ﬁ, ½, ², ①, NBSP are fi, 1⁄2, 2, 1, space"),
    "NFKD": Step(_form("NFKD"), "as NFD, and the shape: ﬁ, ½, ², ①, NBSP are fi, 1⁄2, 2, 1, space"),
    "lower": Step(str.lower, "which letters were capitals"),
    "casefold": Step(str.casefold, "which letters were capitals, and ß from ss, ς from σ"),
    "accents": Step(without_accents, "all accents, and some vowels of Hindi, Thai and others"),
    "lines": Step(partial(_LINE_ENDS.sub, "\n"), "how the lines ended: \\r\\n, \\r or another way"),
    "spaces": Step(partial(_SPACES.sub, " "), "tabs, indentation, NBSP, and how many there were"),
    "ends": Step(str.strip, "spaces and line ends before the text and after it"),
    "controls": Step(_without(_CONTROLS), "control characters; tab and line ends stay"),
    "invisible": Step(
        _without(_INVISIBLE), "where a word may be cut: soft hyphen, zero width space"
    ),
    "joiners": Step(
        _without(_JOINERS), "emoji of several parts; letters' shapes in Persian, Hindi"
    ),
    "directions": Step(_without(_DIRECTIONS), "in which direction mixed text is to be shown"),
    "tags": Step(_without(_TAGS), "which land the flag of England, Scotland or Wales is"),
    "surrogates": Step(whole_surrogates, "which half of a pair it was, where the other is missing"),
    "escape": Step(escape, "nothing", unescape),
    "capitals": Step(mark_capitals, "nothing", unmark_capitals),
}


def normalize(text: str, *steps: str) -> str:
    r"""Return `text` after the named steps of `STEPS`, one after the other.

    >>> normalize("Zu\u0308rich\r\n", "NFC", "lines", "lower")
    'zürich\n'

    The order matters: a step may leave what an earlier one was to remove. Raises UserError for a
    name that is none of them.
    """
    for step in _found(steps):
        text = step.apply(text)
    return text


def restore(text: str, *steps: str) -> str:
    """Return the text that `normalize` was given with the same steps: the last is undone first.

    >>> restore(normalize("The NHS", "capitals", "escape"), "capitals", "escape")
    'The NHS'

    Raises UserError where a step cannot be undone, and for what it cannot have written.
    """
    found = _found(steps)
    for name, step in zip(steps, found, strict=True):
        if step.undo is None:
            raise UserError(
                f"The step {name!r} cannot be undone: it loses {step.loses}.",
                todo="Keep the text as it was beside the normalized one.",
            )
    for step in reversed(found):
        text = step.undo(text)
    return text


def _found(names: tuple[str, ...]) -> list[Step]:
    if unknown := [name for name in names if name not in STEPS]:
        raise UserError(
            f"There is no step {unknown[0]!r} of normalizing.",
            todo=f"The steps are {', '.join(STEPS)}.",
        )
    return [STEPS[name] for name in names]
