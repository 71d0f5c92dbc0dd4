import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, GPT4_PATTERN
from llmcourse.inputs.patterns import word_finder

PATTERNS = pytest.mark.parametrize("pattern", [GPT2_PATTERN, GPT4_PATTERN])
ascii_texts = st.text(st.characters(max_codepoint=127)) | st.text(
    "aS1'ltLve ,.\n\r\t\x1c", max_size=40
)


@PATTERNS
def test_no_character_is_lost(pattern: str, mixed_text: str):
    assert "".join(word_finder(pattern)(mixed_text)) == mixed_text


@PATTERNS
@given(text=ascii_texts)
def test_ascii_is_cut_as_any_text_is(pattern: str, text: str):
    assert word_finder(pattern)(text) == regex.findall(pattern, text)


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
