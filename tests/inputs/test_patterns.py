import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, GPT4_PATTERN
from llmcourse.inputs.patterns import word_finder

PATTERNS = pytest.mark.parametrize("pattern", [GPT2_PATTERN, GPT4_PATTERN])
texts = st.text(st.characters(codec="utf-8")) | st.text(
    "aS1'ltLve ,.\n\r\t\x1cÉſ½\xa0\x85€中😀𝒜", max_size=40
)


@PATTERNS
def test_no_character_is_lost(pattern: str, mixed_text: str):
    assert "".join(word_finder(pattern)(mixed_text)) == mixed_text


@PATTERNS
@given(text=texts)
def test_words_are_those_of_the_pattern(pattern: str, text: str):
    assert word_finder(pattern)(text) == regex.findall(pattern, text)


@PATTERNS
def test_every_character_is_of_the_class_that_unicode_puts_it_in(pattern: str):
    find, oracle = word_finder(pattern), regex.compile(pattern)
    codes = (*range(0xD800), *range(0xE000, 0x20000))  # without surrogates, and some beyond U+FFFF
    for character in map(chr, codes):
        text = f"a{character}1{character} '{character}"
        assert find(text) == oracle.findall(text), hex(ord(character))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (GPT2_PATTERN, "It|'s| 12345| pm|,| she|'|LL| wait|.| \n|\n|Ok"),
        (GPT4_PATTERN, "It|'s| |123|45| pm|,| she|'LL| wait|.| \n\n|Ok"),
    ],
)
@pytest.mark.parametrize("last", ["Ok", "Où"])  # all ASCII, or not
def test_a_worked_example(pattern: str, words: str, last: str):
    text = f"It's 12345 pm, she'LL wait. \n\n{last}"
    assert word_finder(pattern)(text) == words.replace("Ok", last).split("|")


def test_a_pattern_of_your_own():
    assert word_finder(r"\p{Lu}|[^\p{Lu}]+")("aBcÉ") == ["a", "B", "c", "É"]


@pytest.mark.parametrize(
    ("pattern", "wrong"), [("(", "not a regular expression"), (r"(\w+)|\W+", "capturing groups")]
)
def test_a_pattern_that_cannot_be_used(pattern: str, wrong: str):
    with pytest.raises(UserError, match=wrong):
        word_finder(pattern)
