"""Best and drawn splits, against a list of all splits."""

import math
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.inputs.lattice import Lattice, best_path, lattice, sample_path

UNKNOWN = -20.0
scores = st.dictionaries(
    st.text("abc", min_size=1, max_size=3), st.integers(-9, -1).map(float), max_size=12
)
words = st.text("abc", max_size=9)


def all_splits(word: str, scores: dict[str, float], end: int = 0) -> Iterator[tuple]:
    """Every split with its score, from the front, with no lattice."""
    if end == len(word):
        yield (), 0.0
        return
    for stop in range(end + 1, len(word) + 1):
        piece = word[end:stop]
        if piece in scores or len(piece) == 1:
            for rest, score in all_splits(word, scores, stop):
                yield ((end, stop), *rest), scores.get(piece, UNKNOWN) + score


def score_of(path: list, edges: Lattice) -> float:
    return sum(dict(edges[end])[start] for start, end in path)


@given(words, scores)
@settings(max_examples=300, deadline=None)
def test_the_best_of_all_splits(word: str, scores: dict):
    edges = lattice(word, scores, 3, UNKNOWN)
    splits = dict(all_splits(word, scores))
    path = best_path(edges)
    assert tuple(path) in splits
    assert splits[tuple(path)] == max(splits.values())
    assert score_of(path, edges) == pytest.approx(max(splits.values()))


def test_a_worked_example():
    scores = {"h": -2.0, "u": -2.5, "g": -2.0, "hu": -3.0, "ug": -2.6, "hug": -5.0}
    assert best_path(lattice("hug", scores, 3, UNKNOWN)) == [(0, 1), (1, 3)]
    assert best_path(lattice("", scores, 3, UNKNOWN)) == []


def test_of_equal_splits_the_one_with_the_longest_end():
    assert best_path(
        lattice("abc", {"ab": -1.0, "c": -1.0, "a": -1.0, "bc": -1.0}, 2, UNKNOWN)
    ) == [
        (0, 1),
        (1, 3),
    ]


@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
def test_drawn_as_often_as_likely(alpha: float):
    scores = {"a": -1.0, "b": -1.5, "c": -0.5, "ab": -2.0, "bc": -3.0, "abc": -2.5}
    splits = dict(all_splits("abc", scores))
    total = sum(math.exp(alpha * score) for score in splits.values())
    edges, draw = lattice("abc", scores, 3, UNKNOWN), Random(0)
    times = 20_000
    drawn = Counter(tuple(sample_path(edges, alpha, draw)) for _ in range(times))
    assert drawn.keys() <= splits.keys()
    for split, score in splits.items():
        assert drawn[split] / times == pytest.approx(math.exp(alpha * score) / total, abs=0.015)


def test_a_large_alpha_draws_the_best():
    scores = {"a": -1.0, "b": -1.0, "ab": -1.9}
    edges = lattice("abababab", scores, 2, UNKNOWN)
    assert sample_path(edges, 10_000.0, Random(1)) == best_path(edges)


def test_a_long_word_neither_overflows_nor_vanishes():
    edges = lattice("ab" * 5000, {"a": -8.0, "b": -9.0, "ab": -20.0}, 2, UNKNOWN)
    assert len(best_path(edges)) == 10_000
    assert sample_path(edges, 1.0, Random(0))[-1][1] == 10_000
