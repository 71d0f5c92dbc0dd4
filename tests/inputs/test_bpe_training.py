"""Merges are those of an implementation that counts everything again after each one."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.inputs.bpe_training import learn_merges


def merges_by_counting_everything(words: dict[bytes, int], count: int) -> list[tuple[int, int]]:
    """The definition, at one pass over all words a merge."""
    rows = [(list(word), weight) for word, weight in words.items()]
    merges: list[tuple[int, int]] = []
    while len(merges) < count:
        frequency = Counter()
        for ids, weight in rows:
            for pair in pairwise(ids):
                frequency[pair] += weight
        if not frequency:
            break
        best = min(frequency, key=lambda pair: (-frequency[pair], pair))
        merges.append(best)
        rows = [(replace(ids, best, 255 + len(merges)), weight) for ids, weight in rows]
    return merges


def replace(ids: list[int], pair: tuple[int, int], new: int) -> list[int]:
    result, place = [], 0
    while place < len(ids):
        found = tuple(ids[place : place + 2]) == pair
        result.append(new if found else ids[place])
        place += 2 if found else 1
    return result


# Few letters and short words, so that runs, overlaps and ties are common.
tight = st.text("ab", min_size=1, max_size=12) | st.text("aaab ", min_size=1, max_size=30)
word_counts = st.dictionaries((tight | st.text(min_size=1)).map(str.encode), st.integers(1, 5))


@given(word_counts, st.integers(0, 60))
@settings(max_examples=400, deadline=None)
def test_same_merges_as_counting_everything(words: dict[bytes, int], count: int):
    assert learn_merges(words, count) == merges_by_counting_everything(words, count)


@pytest.mark.parametrize(
    ("words", "merges"),
    [
        # The worked example of Sennrich, Haddow and Birch (2016), without their mark for the end of
        # a word: es, est, lo, low. The tie of e+s and s+t goes to the smaller pair.
        (
            {b"low": 5, b"lower": 2, b"newest": 6, b"widest": 3},
            [(ord("e"), ord("s")), (256, ord("t")), (ord("l"), ord("o")), (258, ord("w"))],
        ),
        ({b"aaa": 1}, [(97, 97), (256, 97)]),  # from left to right: aa|a
        ({b"aaaa": 1}, [(97, 97), (256, 256)]),
        ({b"ab": 1, b"AB": 1}, [(65, 66), (97, 98)]),  # a tie: the smaller pair of ids
        ({b"a": 9}, []),  # nothing to merge
        ({}, []),
    ],
)
def test_worked_examples(words: dict[bytes, int], merges: list[tuple[int, int]]):
    assert learn_merges(words, 4) == merges


def test_merges_beyond_what_the_words_hold_are_not_made_up():
    assert learn_merges({b"abcd": 1}, 100) == [(97, 98), (99, 100), (256, 257)]
