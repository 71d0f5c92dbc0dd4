"""What an exception out of a test says of a task, for a self-check and for a grade alike.

Both put what was raised into one form, `Raised`, and both read state and words from it here: so a
learner's own check and the grade can't say different things of the same test.
"""

import unicodedata
from dataclasses import dataclass
from typing import Literal

State = Literal["not started", "not yet", "error", "not allowed", "stopped"]

FAILED = ("AssertionError", "Mismatch")
"""What a test raises when the answer is not right yet. Anything else is an error in the code."""

UNREADABLE = "Python can't read this cell"
"""Begins what is said of a syntax error."""

STOPPED, NOT_ALLOWED = "Stopped", "NotAllowed"
"""Kinds that the course itself gives: a limit was reached; a call or import skips the task."""

MOST = 4_000  # characters of a message
TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # of the writing direction


@dataclass(frozen=True)
class Raised:
    """An exception that ended a cell."""

    kind: str  # its type's name
    message: str
    line: str = ""  # the last one that ran in a cell: the learner's own, or the test's
    hint: str = ""  # of the message: what the test itself says, so no word of the learner's code
    more: bool = False  # of a test, in a self-check: whether it ended before all of it was run

    def __str__(self) -> str:
        """How a person reads it.

        >>> str(Raised("ZeroDivisionError", "division by zero", "return 1 / 0"))
        'ZeroDivisionError: division by zero, in: return 1 / 0'
        """
        if self.kind == "SyntaxError":
            where = f" ({self.line})" if self.line else ""
            return f"{UNREADABLE}: {self.message}{where}."
        told = f"{self.kind}: {self.message}" if self.message else self.kind
        return f"{told}, in: {self.line}" if self.line else told


def raised_by_code(
    kind: str, message: str, line: str, hint: str = "", more: bool = False
) -> Raised:
    """What the learner's code or a test raised, in texts that can be shown anywhere.

    The kinds that the course itself gives can't be had by naming a class so.
    """
    ours = kind in (STOPPED, NOT_ALLOWED)
    return Raised("Exception" if ours else kind, _plain(message), _plain(line), hint, more)


def state_of(raised: Raised) -> State:
    """How far a task is whose test raised this."""
    if raised.kind == STOPPED:
        return "stopped"
    if raised.kind == NOT_ALLOWED:
        return "not allowed"
    if raised.kind == "NotImplementedError":
        return "not started"
    return "not yet" if raised.kind in FAILED else "error"


def said(raised: Raised) -> str:
    """What the learner reads of a test that they can see."""
    if raised.kind in FAILED:
        return raised.message or f"this does not hold: {raised.line}"
    if raised.kind in (STOPPED, NOT_ALLOWED, "NotImplementedError"):
        return raised.message
    return str(raised)


def _plain(text: str) -> str:
    """No control characters, and nothing that turns the line around."""
    return "".join(
        c
        for c in text[:MOST]
        if c in "\n\t"
        or not (unicodedata.category(c) in ("Cc", "Cs") or unicodedata.bidirectional(c) in TURNS)
    )
