"""What an exception out of a test says of a task, for a self-check and for a grade alike."""

from typing import Literal

from llmcourse.grading.kernel import Raised

FAILED = ("AssertionError", "Mismatch")
"""What a test raises when the answer is not right yet. Anything else is an error in the code."""


def state_of(raised: Raised) -> Literal["not started", "not yet", "error"]:
    """How far a task is whose test raised this."""
    if raised.kind == "NotImplementedError":
        return "not started"
    return "not yet" if raised.kind in FAILED else "error"


def said(raised: Raised) -> str:
    """What the learner reads of a test that they can see."""
    if raised.kind in FAILED:
        return raised.message or f"this does not hold: {raised.line}"
    return str(raised)
