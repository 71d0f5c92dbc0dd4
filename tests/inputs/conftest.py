"""Text that is hard on a tokenizer, made here so that nothing is downloaded."""

import random
import unicodedata
from pathlib import Path

import pytest

from llmcourse.data import load_corpus

SCRIPTS = [
    range(0x20, 0x7F),  # ASCII
    range(0xA0, 0x250),  # accented Latin
    range(0x300, 0x370),  # combining marks
    range(0x370, 0x530),  # Greek, Cyrillic
    range(0x590, 0x700),  # Hebrew, Arabic
    range(0x900, 0xE80),  # Devanagari to Thai
    range(0x10A0, 0x1200),  # Georgian, Hangul letters
    range(0x2000, 0x2070),  # spaces and punctuation
    range(0x2150, 0x2190),  # Roman numerals and fractions
    range(0x3040, 0x3100),  # kana
    range(0x4E00, 0x9FA6),  # Chinese
    range(0xAC00, 0xD7A4),  # Korean
    range(0x10000, 0x10400),  # ancient scripts
    range(0x1F300, 0x1F650),  # emoji
]
EMOJI = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇨🇭", "❤️", "🤷🏿‍♀️", "1️⃣"]
SPACES = [" ", "  ", "\n", "\r\n", "\n\n \n", "\t", " \t \n  ", "\u00a0", "\u3000", "\x85", "\x1c"]
CONTRACTIONS = ["'s", "'LL", "’ve", "'Re", "'ſ", " 'tis", "12345", "<|endoftext|>", "'"]


@pytest.fixture(scope="session")
def mixed_text() -> str:
    """A megabyte and more: many scripts, Python source, English, emoji and runs of white space."""
    draw = random.Random(0)
    # Only characters that Python knows: engines of different age class the newest ones differently.
    known = [[c for c in map(chr, script) if unicodedata.category(c) != "Cn"] for script in SCRIPTS]
    words = []
    for _ in range(20_000):
        words += draw.choices(draw.choice(known), k=draw.randint(1, 12))
        joints = [" ", "", draw.choice(EMOJI), draw.choice(SPACES), draw.choice(CONTRACTIONS)]
        words += draw.choices(joints, weights=[8, 3, 1, 1, 1])
    library = Path(random.__file__).parent
    sources = [
        (library / name).read_text() for name in ("argparse.py", "typing.py", "ast.py", "turtle.py")
    ]
    runs = "".join(draw.choice(SPACES) * draw.randint(1, 40) + "x" for _ in range(2_000))
    english = load_corpus("austen", "validation")["text"]
    text = "\n".join(["".join(words), *sources, runs, *english])[:-1]
    assert len(text.encode()) > 1_000_000
    return text
