"""Cutting a word by rank, against the rule done literally; and the cache that remembers words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.inputs import BPETokenizer
from llmcourse.inputs.bpe_encoding import WordCache, cut_by_rank

TOKENS = BPETokenizer.train("abab aaa abba baab cabbac bacca " * 3, 290, pattern=r"\S+|\s").tokens


def cut_literally(word: bytes, tokens: dict[bytes, int]) -> list[bytes]:
    """Look at every pair, join the leftmost of the lowest id, start again."""
    parts = [bytes([byte]) for byte in word]
    while True:
        ranked = [
            (tokens[parts[place] + parts[place + 1]], place)
            for place in range(len(parts) - 1)
            if parts[place] + parts[place + 1] in tokens
        ]
        if not ranked:
            return parts
        _, place = min(ranked)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]


@given(st.text("abc", max_size=60).map(str.encode) | st.binary(max_size=30))
@settings(max_examples=400)
def test_same_cut_as_the_rule_done_literally(word: bytes):
    assert cut_by_rank(word, TOKENS) == cut_literally(word, TOKENS)


def test_only_ids_below_the_limit_are_joined():
    tokens = {b"ug": 256, b"hug": 257}
    assert cut_by_rank(b"hug", tokens) == [b"hug"]
    assert cut_by_rank(b"hug", tokens, below=257) == [b"h", b"ug"]
    assert cut_by_rank(b"hug", tokens, below=256) == [b"h", b"u", b"g"]


@pytest.mark.parametrize("letters", ["a", "abc"])
def test_a_page_without_a_space_is_cut(letters: str):
    # Looking at every pair after every join would take 10^10 steps here.
    word = (letters * 200_000)[:200_000].encode()
    assert b"".join(cut_by_rank(word, TOKENS)) == word


def test_the_cache_is_bounded_and_keeps_no_long_words():
    cache = WordCache(TOKENS, most_words=3, longest=4)
    for word in ("ab", "ba", "aa", "abbaabba", "bb"):
        expected = tuple(TOKENS[token] for token in cut_by_rank(word.encode(), TOKENS))
        assert cache[word] == expected
        assert cache[word] == expected
        assert len(cache) <= 3
    assert set(cache) == {"bb"}
