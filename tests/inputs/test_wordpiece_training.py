"""Pieces are those of an implementation that counts and scores everything again at each join."""

import math
from collections import Counter
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.inputs.wordpiece_training import SCORES, Score, join, learn_pieces

HUGS = {"hug": 10, "pug": 5, "pun": 12, "bun": 4, "hugs": 5}


def pieces_by_counting_everything(words: dict[str, int], size: int, score: str) -> list[str]:
    """The definition, at one pass over all words a join."""
    rows = {word: [word[0], *("##" + c for c in word[1:])] for word in words}
    pieces = sorted({symbol for row in rows.values() for symbol in row})
    characters = sum(times * len(word) for word, times in words.items())
    rules = {
        "ratio": lambda ab, a, b: ab / (a * b),
        "frequency": lambda ab, a, b: ab,
        "gain": lambda ab, a, b: ab * math.log(ab * characters / (a * b)),
    }
    while len(pieces) < size:
        symbols, pairs = Counter(), Counter()
        for word, row in rows.items():
            for symbol in row:
                symbols[symbol] += words[word]
            for pair in pairwise(row):
                pairs[pair] += words[word]
        if not pairs:
            break
        scores = {(a, b): rules[score](n, symbols[a], symbols[b]) for (a, b), n in pairs.items()}
        best = min(scores, key=lambda pair: (-scores[pair], pair))
        made = best[0] + best[1][2:]
        for word, row in rows.items():
            place, new = 0, []
            while place < len(row):
                found = tuple(row[place : place + 2]) == best
                new.append(made if found else row[place])
                place += 2 if found else 1
            rows[word] = new
        if made not in pieces:
            pieces.append(made)
    return pieces


words = st.dictionaries(st.text("ab", min_size=1, max_size=9), st.integers(1, 5), min_size=1)


@given(words, st.integers(0, 40), st.sampled_from(["gain", "ratio", "frequency"]))
@settings(max_examples=300, deadline=None)
def test_same_pieces_as_counting_everything(words: dict, size: int, score: Score):
    assert learn_pieces(words, size, score) == pieces_by_counting_everything(words, size, score)


def test_each_score_on_a_worked_example():
    letters = ["##g", "##n", "##s", "##u", "b", "h", "p"]
    assert learn_pieces(HUGS, 8, "frequency") == [*letters, "##ug"]  # 20 times
    assert learn_pieces(HUGS, 8, "ratio") == [*letters, "##gs"]  # 5/(20·5); u+g: 20/(36·20)
    # There are 3 · 31 + 4 · 5 = 113 symbols.
    gains = {
        "hu": 15 * math.log(15 * 113 / (15 * 36)),
        "pu": 17 * math.log(17 * 113 / (17 * 36)),
        "##ug": 20 * math.log(20 * 113 / (36 * 20)),
        "##un": 16 * math.log(16 * 113 / (36 * 16)),
        "##gs": 5 * math.log(5 * 113 / (20 * 5)),
    }
    assert learn_pieces(HUGS, 8, "gain") == [*letters, max(gains, key=gains.get)]


def test_a_score_for_each_name():
    assert SCORES.keys() == set(get_args(Score))


def test_the_gain_is_what_the_likelihood_rises_by():
    """Up to one nat for each join: every share changes a little when there are fewer symbols."""

    def likelihood(counts: list[int]) -> float:
        return sum(n * math.log(n / sum(counts)) for n in counts)

    pair, first, second, rest = 50, 4000, 3000, [100_000] * 3
    exact = likelihood([pair, first - pair, second - pair, *rest])
    exact -= likelihood([first, second, *rest])
    gain = SCORES["gain"](pair, first, second, first + second + sum(rest))
    assert exact == pytest.approx(gain - pair, rel=0.05)


def test_characters_stay_whatever_the_size():
    assert learn_pieces({"abba": 1}, 0) == ["##a", "##b", "a"]


def test_a_run_is_joined_from_the_left():
    pair = ("##a", "##a")
    assert join(["##a"] * 5, pair, "##aa") == ["##aa", "##aa", "##a"]
