"""A person's name as people and platforms write it, and what a student's folder can be called."""

import re
import unicodedata
from collections.abc import Sequence

LONGEST_NAME = 200  # bytes of a folder's name; file systems allow 255

_WRITTEN = "LNM"  # letters, numbers, and the marks that belong to them


def words(name: str) -> tuple[str, ...]:
    """The words of a name, however it is written.

    >>> words("Lovelace,  ADA")
    ('lovelace', 'ada')
    """
    return tuple(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name).casefold()))


def turned(name: Sequence[str]) -> list[tuple[str, ...]]:
    """The same words with another one first: whether a family name comes first is unknown.

    >>> turned(("ada", "king", "lovelace"))[2]
    ('lovelace', 'ada', 'king')
    """
    return [(*name[at:], *name[:at]) for at in range(len(name))]


def unusable(name: str) -> str:
    """Why a name can't be that of a student's folder; empty where it can."""
    if not name or name != name.strip():
        return "it is empty, or has a space at its beginning or end"
    if name.startswith(".") or name == "__MACOSX":
        return "a folder of that name is never a student's"
    if not all(char.isprintable() for char in name) or set(name) & set("/\\"):
        return "it holds a slash or a character that can't be printed"
    if len(name.encode()) > LONGEST_NAME:
        return f"it is longer than {LONGEST_NAME} bytes"
    return ""


def canvas_name(sortable: str) -> str:
    """A person's name as Canvas writes it into the names of files.

    >>> canvas_name("Lovelace, Ada")
    'lovelaceada'
    """
    return "".join(
        char
        for char in sortable.lower()
        if char == "_" or unicodedata.category(char)[0] in _WRITTEN
    )
