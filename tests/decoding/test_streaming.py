"""Text that grows piece by piece against the same text at once, however it is cut."""

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from llmcourse.decoding import TextUntil, Utf8Stream


def cut(data, places: list[int]) -> list:
    """`data` in pieces, cut at the given places."""
    edges = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


def until_first(text: str, stops: list[str]) -> tuple[str, bool]:
    """The definition: read character by character, stop where a stop string is complete."""
    for end in range(1, len(text) + 1):
        found = [stop for stop in stops if text[:end].endswith(stop)]
        if found:
            return text[: end - max(map(len, found))], True
    return text, False


CUTS = st.lists(st.integers(0, 100), max_size=12)


@given(st.one_of(st.binary(), st.text().map(str.encode)), CUTS)
@example("naïve 🎉 水".encode(), [3, 8, 9, 10, 13])
def test_characters_come_whole_and_none_is_lost(data, places):
    utf8 = Utf8Stream()
    text = "".join(utf8.push(piece) for piece in cut(data, places)) + utf8.flush()
    assert text == data.decode("utf-8", errors="replace")


@given(st.text(), CUTS)
def test_no_piece_shows_half_a_character(text, places):
    text = text.replace("\ufffd", "")
    utf8 = Utf8Stream()
    shown = ""
    for piece in cut(text.encode(), places):
        shown += utf8.push(piece)
        assert text.startswith(shown)
    assert shown == text
    assert utf8.flush() == ""


@given(
    st.text(alphabet="abc", max_size=40),
    st.lists(st.text(alphabet="abc", min_size=1, max_size=5), max_size=3),
    CUTS,
)
@example("xabcd", ["abc", "xabcd"], [2])
@example("aab", ["ab"], [1, 2])
def test_the_text_ends_where_it_should_however_it_is_cut(text, stops, places):
    wanted, found = until_first(text, stops)
    until, shown = TextUntil(stops), ""
    for piece in cut(text, places):
        shown += until.push(piece)
        assert wanted.startswith(shown)
    if not until.found:
        shown += until.flush()
    assert (shown, until.found) == (wanted, found)


def test_text_is_held_back_no_longer_than_needed():
    until = TextUntil(["END"])
    assert [until.push(piece) for piece in ("The E", "N", "T E")] == ["The ", "", "ENT "]
    assert until.flush() == "E"
    assert until.flush() == ""


@pytest.mark.parametrize("stops", [[], ["END"]])
def test_text_that_cannot_be_a_stop_string_is_shown_at_once(stops):
    assert TextUntil(stops).push("a text") == "a text"


def test_nothing_follows_a_stop_string():
    until = TextUntil(["END"])
    assert [until.push("a END b"), until.push("c"), until.flush()] == ["a ", "", ""]
