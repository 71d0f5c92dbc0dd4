"""What the town can say in one language."""

from typing import NamedTuple


class Tongue(NamedTuple):
    """`prose` is plain text; `sentences` are templates for `phrases.expand`.

    Slots: {A} and {B} residents, {S} a street, {n} a number.
    """

    prose: str
    sentences: list[str]
