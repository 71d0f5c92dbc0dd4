"""Winnowing by the article's example and by what it promises."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from llmcourse.grading.classroom.report.fingerprints import (
    OWN,
    K,
    W,
    every,
    fingerprints,
    hashes,
    tokens,
    winnowed,
)

SOLUTION = '''
def softmax(logits, temperature=1.0):
    """Each row becomes a distribution."""
    scaled = logits / temperature  # not after exp
    shifted = scaled - scaled.max(dim=-1, keepdim=True).values
    weights = torch.exp(shifted)
    return weights / weights.sum(dim=-1, keepdim=True)
'''

RENAMED = """
def softmax(z, t=1.0):
    # my own work
    a = (
        z / t
    )
    b = a - a.max(dim=-1, keepdim=True).values


    e = torch.exp(b)
    "and a text"
    return e / e.sum(dim=-1, keepdim=True)
"""

OTHER = """
def softmax(logits, temperature=1.0):
    out = []
    for row in logits.reshape(-1, logits.shape[-1]).tolist():
        top = max(row)
        exps = [math.exp((value - top) / temperature) for value in row]
        total = math.fsum(exps)
        out.append([value / total for value in exps])
    return torch.tensor(out).reshape(logits.shape)
"""


def test_the_example_of_the_article():
    sequence = [77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98]
    assert winnowed(sequence, 4) == [(17, 3), (17, 6), (8, 8), (39, 11), (17, 15)]


def test_the_last_of_equals_is_kept():
    assert winnowed([1, 1, 1, 9, 9], 3) == [(1, 2)]


@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 8))
def test_every_window_keeps_its_smallest(sequence, window):
    kept = {place: hash for hash, place in winnowed(sequence, window)}
    assert all(sequence[place] == hash for place, hash in kept.items())
    width = min(window, len(sequence))
    for start in range(len(sequence) - width + 1 if sequence else 0):
        smallest = min(sequence[start : start + width])
        assert smallest in {kept.get(at) for at in range(start, start + width)}


words = st.lists(st.sampled_from("abcdefgh"), min_size=0, max_size=30)


@given(words, words, words, words)
def test_a_run_of_k_plus_w_minus_1_tokens_is_always_found(before, after, front, back):
    run = [f"r{n}" for n in range(K + W - 1)]
    one, other = before + run + after, front + run + back
    kept = [{hash for hash, _ in winnowed(hashes(side), W)} for side in (one, other)]
    assert kept[0] & kept[1]


def test_names_layout_and_comments_change_nothing():
    without_brackets = RENAMED.replace("(\n        z / t\n    )", "z / t")
    assert fingerprints(without_brackets) == fingerprints(SOLUTION)
    assert len(fingerprints(SOLUTION)) >= 10


def test_another_way_has_little_in_common():
    both = fingerprints(SOLUTION) & fingerprints(OTHER)
    assert len(both) <= 0.2 * len(fingerprints(SOLUTION))


def test_own_names_go_and_used_ones_stay():
    found = tokens("def f(x, *, k=2):\n    y = g(x, k=k)\n    return torch.exp(y)\n")
    assert found.count(OWN) == len("fxk" + "yxkk" + "y")
    assert {"g", "torch", "exp"} <= set(found)
    assert not {"f", "x", "k", "y"} & set(found)


def test_quotes_make_no_difference():
    assert tokens("a = 'x' + \"y\"") == tokens("b = \"x\" + 'y'")


@pytest.mark.parametrize(
    "source", ["def f(:\n  x", "x = '''open", "\tif:\n x", "", "\x00", "é = 1"]
)
def test_what_is_no_python_does_no_harm(source):
    assert isinstance(fingerprints(source), frozenset)


@given(st.text(max_size=80))
def test_no_text_stops_it(source):
    assert fingerprints(source) <= every(source)
