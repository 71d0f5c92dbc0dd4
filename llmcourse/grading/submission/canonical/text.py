"""A learner's text: cleaned, compared as no program's habits change it, and shown in a message."""

import re
import unicodedata

MOST_SHOWN = 60  # characters of anything of the learner's in a message


def clean(source: str) -> str:
    """With Python's line ends; without marks of byte order, NULs at the end, half characters."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").rstrip("\0")
    return re.sub("[\ud800-\udfff]", "\ufffd", source)


def plain(source: str) -> str:
    """The source without what a program may change on its way."""
    lines = unicodedata.normalize("NFC", clean(source)).strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def as_python_reads(names: str) -> str:
    """Names as Python compares them, however their accents are written."""
    return unicodedata.normalize("NFKC", names)


def shown(text: str) -> str:
    """Something of the learner's in a message: short, in one line, with nothing unprintable."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text[:1000]).split())
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"
