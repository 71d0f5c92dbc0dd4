"""Signatures against sets, against datasketch, and against arithmetic without numpy."""

import math
import subprocess
import sys

import datasketch
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs.minhash import PRIME, MinHash, estimate, jaccard, shingles, word_number
from llmcourse.riverbank import dirty

LEXICON = ["the", "old", "mill", "by", "a", "river", "road", "ä"]
WORDS = st.lists(st.sampled_from(LEXICON), max_size=12)


def pair(similarity: float, size: int = 300) -> tuple[str, str]:
    """Two texts of words that occur once, whose sets of single words are that similar."""
    shared = round(2 * size * similarity / (1 + similarity))
    one = [f"w{i}" for i in range(size)]
    return " ".join(one), " ".join(one[:shared] + [f"v{i}" for i in range(size - shared)])


def test_the_rose():
    assert shingles("a rose is a rose is a rose") == {"a rose is", "rose is a", "is a rose"}
    assert shingles("one two") == {"one two"}
    assert shingles("  ") == set()


@given(WORDS, WORDS)
def test_likeness_is_that_of_the_town(one, other):
    a, b = " ".join(one), " ".join(other)
    if one or other:
        assert jaccard(shingles(a), shingles(b)) == dirty.jaccard(a, b)
    assert jaccard(shingles(a), shingles(a)) == 1


@given(WORDS, st.integers(1, 4))
def test_numbers_stand_for_shingles(words, k):
    minhash, text = MinHash(4, k), " ".join(words)
    numbers = minhash.numbers(text)
    assert len(numbers) == len(shingles(text, k))
    assert sorted(set(numbers.tolist())) == numbers.tolist()
    assert all(number < PRIME for number in numbers.tolist())


def test_minima_are_those_of_python_s_own_integers():
    minhash = MinHash(16, seed=3)
    draw = np.random.default_rng(0)
    for count in (1, 7, 512, 1300):  # more than one block too
        numbers = draw.integers(0, PRIME, count).astype(np.uint64)
        whole = numbers.tolist()
        functions = minhash.functions.tolist()
        expected = [min((a * x + b) % PRIME for x in whole) for a, b in functions]
        assert minhash.minima(numbers).tolist() == expected


def test_a_hash_that_is_a_multiple_of_p_is_0():
    minhash = MinHash(1)
    a, b = minhash.functions[0].tolist()
    x = -b * pow(a, -1, PRIME) % PRIME
    assert minhash.minima(np.array([x], dtype=np.uint64)).tolist() == [0]


def test_no_text_has_the_signature_that_no_hash_reaches():
    assert MinHash(3).signature(" ").tolist() == [PRIME] * 3


@pytest.mark.parametrize("similarity", [0.0, 0.2, 0.5, 0.8, 0.95, 1.0])
def test_the_estimate_is_within_its_standard_deviation(similarity):
    """And so is datasketch's, whose hashes are others."""
    n = 512
    one, other = pair(similarity)
    true = jaccard(shingles(one, 1), shingles(other, 1))
    minhash = MinHash(n, k=1)
    ours = estimate(minhash.signature(one), minhash.signature(other))
    peers = [datasketch.MinHash(n) for _ in range(2)]
    for peer, text in zip(peers, (one, other), strict=True):
        peer.update_batch([word.encode() for word in text.split()])
    deviation = math.sqrt(true * (1 - true) / n)
    assert abs(ours - true) <= 3.5 * deviation
    assert abs(ours - peers[0].jaccard(peers[1])) <= 5 * deviation


def test_the_functions_are_independent_of_each_other():
    """Were one reused, the estimate would be 0 or 1, and its mean square error s(1 − s)."""
    squares = []
    for seed in range(60):
        one, other = pair(0.5, 60)
        minhash = MinHash(64, k=1, seed=seed)
        got = estimate(minhash.signature(one), minhash.signature(other))
        squares.append((got - 0.5) ** 2)
    assert 0.5 < np.mean(squares) / (0.25 / 64) < 2


def test_words_have_the_same_numbers_in_every_run():
    code = "from llmcourse.inputs.minhash import MinHash; print(MinHash(2).signature('a b c d'))"
    printed = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert printed[0] == printed[1] == f"{MinHash(2).signature('a b c d')}\n"
    assert word_number("\ud800") < PRIME  # half a character is a word too


@pytest.mark.parametrize(("n", "k"), [(0, 3), (128, 0)])
def test_a_signature_of_nothing(n, k):
    with pytest.raises(UserError, match="says nothing"):
        MinHash(n, k)
