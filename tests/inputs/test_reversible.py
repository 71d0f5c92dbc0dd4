"""What `escape` and `mark_capitals` write, that it can be undone, and what undoing refuses."""

import json
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs.reversible import escape, mark_capitals, unescape, unmark_capitals

ANY = st.characters(exclude_categories=())  # halves of surrogate pairs too
texts = st.text(ANY) | st.text(ANY | st.sampled_from("\\u{}9AF\t\n\u200d⇧aAİıßẞKſΣσς"))


@given(texts)
def test_what_is_escaped_comes_back(text: str):
    assert unescape(escape(text)) == text


@given(texts)
def test_what_is_marked_comes_back(text: str):
    assert unmark_capitals(mark_capitals(text)) == text


def test_every_character_comes_back():
    text = "".join(filter(known, map(chr, range(sys.maxunicode + 1))))
    assert unescape(escape(text)) == text
    assert unmark_capitals(mark_capitals(text)) == text


def known(character: str) -> bool:
    return unicodedata.category(character) not in ("Cn", "Co")  # no character, or a private one


@given(texts)
def test_nothing_unseen_is_left(text: str):
    assert all(
        c in " \n" or unicodedata.category(c)[0] not in "CZ" for c in escape(text) if known(c)
    )


@given(st.text("\t\x00\x1f\\", max_size=8))
def test_escapes_are_those_of_javascript(text: str):
    # Where JSON has four digits JavaScript may have any number, in braces.
    four = re.sub(r"\{(\w+)\}", lambda match: match[1].zfill(4), escape(text))
    assert json.loads(f'"{four}"') == text


def test_worked_examples():
    assert escape("a\tb\\c\n👩\u200d🔬 \u00a0") == "a\\u{9}b\\\\c\n👩\\u{200D}🔬 \\u{A0}"
    assert escape("C:\\new") == "C:\\\\new"  # ASCII, on the short way
    assert unescape("C:\\\\new \\u{1F6F6}") == "C:\\new 🛶"
    assert mark_capitals("The ⇧NHS, É") == "⇧the ⇧⇧⇧n⇧h⇧s, ⇧é"
    assert mark_capitals("İ\u212aẞǅ") == "İ\u212aẞǅ"  # there would be no way back


@pytest.mark.parametrize(
    ("text", "place"), [("a\\", 1), ("a\\n", 1), ("\\u{}", 0), ("ab\\u{G}", 2), ("\\u{110000}", 0)]
)
def test_a_backslash_that_begins_no_escape(text: str, place: int):
    with pytest.raises(UserError, match=f"backslash at position {place} begins no escape"):
        unescape(text)


@pytest.mark.parametrize("text", ["a⇧", "a⇧A", "a⇧1", "a⇧ß", "a⇧\n"])
def test_a_mark_that_stands_before_no_small_letter(text: str):
    with pytest.raises(UserError, match="⇧ at position 1 stands before no letter"):
        unmark_capitals(text)
