"""EM and pruning: expected counts against a list of all splits, and what holds for any words."""

import math
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.inputs.unigram_training import (
    LONGEST_WORD,
    expected_counts,
    learn_pieces,
    prune,
    seed_pieces,
)

word_counts = st.dictionaries(
    st.text("abc", min_size=1, max_size=7), st.integers(1, 9), min_size=1, max_size=8
)


def splits(word: str) -> list[list[str]]:
    if not word:
        return [[]]
    return [[word[:end], *rest] for end in range(1, len(word) + 1) for rest in splits(word[end:])]


@given(word_counts, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_expected_counts_are_those_over_all_splits(words: dict, draw):
    weights = {piece: draw.random() + 0.01 for piece in seed_pieces(words, 20)}
    p = {piece: weight / sum(weights.values()) for piece, weight in weights.items()}
    expected, likelihood = defaultdict(float), 0.0
    for word, times in words.items():
        chances = [
            (split, math.prod(p[piece] for piece in split))
            for split in splits(word)
            if all(piece in p for piece in split)
        ]
        total = sum(chance for _, chance in chances)
        likelihood += times * math.log(total)
        for split, chance in chances:
            for piece in split:
                expected[piece] += times * chance / total
    counts, found = expected_counts(words, p)
    assert found == pytest.approx(likelihood)
    assert counts == pytest.approx({piece: expected[piece] for piece in p})


@given(word_counts)
@settings(max_examples=60, deadline=None)
def test_em_never_makes_the_text_less_likely(words: dict):
    counts, last = seed_pieces(words, 30), -math.inf
    for _ in range(6):
        total = sum(counts.values())
        # What has become 0 stays 0, up to rounding: it is given a grain so that no word is lost.
        p = {piece: max(count / total, 1e-30) for piece, count in counts.items()}
        counts, likelihood = expected_counts(words, p)
        assert likelihood >= last - 1e-6 * abs(likelihood)
        # The pieces of any split have together the characters of the word.
        assert sum(n * len(piece) for piece, n in counts.items()) == pytest.approx(
            sum(times * len(word) for word, times in words.items())
        )
        last = likelihood


def test_seeds_are_the_parts_that_cover_most():
    assert seed_pieces({"hug": 10, "hugs": 5}, 5) == {
        "g": 15.0,
        "h": 15.0,
        "s": 5.0,
        "u": 15.0,
        "hug": 15.0,
    }
    assert "abc" not in seed_pieces({"abc": 1}, 100)  # once is no pattern


def test_pruning_keeps_what_is_hard_to_replace():
    # Without "the" three rare letters are needed; without "ab", two that are as likely as itself.
    p = {"a": 0.2, "b": 0.2, "t": 0.01, "h": 0.01, "e": 0.01, "ab": 0.1, "the": 0.1}
    assert prune(p, 6, always="abthe").keys() == {*"abthe", "the"}
    assert prune(p, 0, always="abthe").keys() == {*"abthe"}
    assert prune(p, 7, always="abthe") == p


def test_a_piece_in_which_another_is_found_is_replaced_by_it():
    p = {"a": 0.001, "b": 0.001, "c": 0.3, "ab": 0.3, "abc": 0.1}
    # abc without itself is ab|c: 0.09, hardly less; ab is a|b: a millionth.
    assert prune(p, 4, always="abc").keys() == {*"abc", "ab"}


@given(word_counts, st.integers(1, 25))
@settings(max_examples=60, deadline=None)
def test_what_is_learned(words: dict, size: int):
    pieces = learn_pieces(words, size)
    characters = {character for word in words for character in word}
    assert characters <= pieces.keys()
    assert len(pieces) <= max(size, len(characters))
    assert list(pieces.values()) == sorted(pieces.values(), reverse=True)
    assert sum(map(math.exp, pieces.values())) == pytest.approx(1, abs=1e-6)
    assert all(any(piece in word for word in words) for piece in pieces)


def test_frequent_words_become_pieces():
    words = Counter({"▁the": 500, "▁river": 90, "▁bank": 80, "▁rib": 2, "▁than": 3})
    assert {"▁the", "▁river", "▁bank"} <= learn_pieces(words, 16).keys()


def test_a_word_that_is_longer_than_a_product_of_probabilities_can_be():
    pieces = learn_pieces({"ab" * 3000: 1, "qx": 1, "z" * (LONGEST_WORD + 1): 3}, 8)
    assert {"a", "b", "q", "x", "z"} <= pieces.keys()
    assert all(math.isfinite(score) for score in pieces.values())
