"""MinHash: how alike two texts are, read from a few numbers instead of the texts.

A text becomes the set of its shingles, the runs of k words. Two texts are as similar as their sets
A and B, by Jaccard's |A ∩ B| / |A ∪ B|. Put all shingles of the world in a random order: the first
one of A ∪ B lies in both sets with just that probability. So the sets' first elements, in n random
orders, are a signature of n numbers, and the share of places where two signatures agree estimates
the similarity, with a standard deviation of √(s (1 − s) / n) (Broder, 1997).

A random order is made by a hash function: the smallest hash is the first element. Who is compared
with whom, when there are a million texts, is in `duplicates.py`.
"""

import hashlib
from collections.abc import Set
from functools import lru_cache

import numpy as np
from jaxtyping import UInt32, UInt64

from llmcourse.errors import UserError

PRIME = 2**31 - 1
"""A Mersenne prime. The product of two numbers below it fits into 64 bits, and the rest after the
division by it needs no division: 2^31 leaves 1, so the high bits are added to the low ones."""

_BLOCK = 128  # numbers hashed at a time: their table stays in the processor's cache


def shingles(text: str, k: int = 3) -> set[str]:
    """The runs of k words of a text, cut at white space; a text of fewer words is one run.

    >>> sorted(shingles("a rose is a rose is a rose"))
    ['a rose is', 'is a rose', 'rose is a']
    """
    words = text.split()
    return {" ".join(words[i : i + k]) for i in range(max(min(1, len(words)), len(words) - k + 1))}


def jaccard(a: Set, b: Set) -> float:
    """|A ∩ B| / |A ∪ B|; two empty sets are the same, so 1.

    >>> jaccard({"the", "old", "mill"}, {"the", "new", "mill"})
    0.5
    """
    return len(a & b) / len(a | b) if a or b else 1.0


class MinHash:
    """n hash functions drawn from `seed`, and the signatures that they give texts.

    Each is h(x) = (a x + b) mod p with p = 2^31 − 1, a from 1 to p − 1 and b from 0 to p − 1: two
    numbers collide with probability 1/p, whichever they are (Carter and Wegman, 1979). So a text is
    hashed once, and its signature takes n multiplications a shingle. Signatures of different n, k
    or seed say nothing about each other.

    >>> minhash = MinHash(256)
    >>> one, other = "the old mill by the river", "the old mill by the road"
    >>> estimate(minhash.signature(one), minhash.signature(other))  # 3 / 5 in truth
    0.60546875

    Raises UserError where n or k is below 1.
    """

    def __init__(self, n: int = 128, k: int = 3, seed: int = 0):
        if n < 1 or k < 1:
            raise UserError(
                f"A signature of {n} numbers for runs of {k} words says nothing.",
                todo="Give an n and a k of 1 or more.",
            )
        self.n, self.k = n, k
        draw = np.random.default_rng(seed)
        pairs = [draw.integers(1, PRIME, n), draw.integers(0, PRIME, n)]
        self.functions = np.stack(pairs, axis=1).astype(np.uint64)  # (n, 2): a and b of each
        # The words of a shingle are the digits of a number in a base that nobody can guess.
        self._base = np.uint64(draw.integers(2**16, PRIME))

    def numbers(self, text: str) -> UInt64[np.ndarray, " count"]:
        """The shingles of a text as numbers below p, each once, in rising order."""
        words = np.array([word_number(word) for word in text.split()], dtype=np.uint64)
        k = min(self.k, len(words))
        count = len(words) - k + 1
        total = words[:count]
        for i in range(1, k):
            total = (total * self._base + words[i : i + count]) % np.uint64(PRIME)
        total.sort()  # np.unique does the rest too, in twice the time
        first = np.ones(len(total), dtype=bool)
        np.not_equal(total[1:], total[:-1], out=first[1:])
        return total[first]

    def minima(self, numbers: UInt64[np.ndarray, " count"]) -> UInt32[np.ndarray, " n"]:
        """The smallest hash of all numbers, for each of the n functions; without numbers, p."""
        a, b = self.functions.T
        minima = np.full(self.n, PRIME, dtype=np.uint32)
        for start in range(0, len(numbers), _BLOCK):
            hashed = numbers[start : start + _BLOCK, None] * a  # (block, n), below 2^62
            hashed += b
            np.minimum(minima, _rest(hashed).min(axis=0), out=minima)
        return minima

    def signature(self, text: str) -> UInt32[np.ndarray, " n"]:
        """What stands for a text: the n minima of its shingles."""
        return self.minima(self.numbers(text))


def estimate(one: UInt32[np.ndarray, " n"], other: UInt32[np.ndarray, " n"]) -> float:
    """The similarity of two texts by their signatures: the share of places that are equal."""
    return float(np.count_nonzero(one == other)) / len(one)


@lru_cache(2**17)
def word_number(word: str) -> int:
    """A number below p for a word, the same on every machine and in every run.

    Python's own `hash` of a string is another in each run, so signatures could not be kept.
    """
    data = word.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little") % PRIME


def _rest(numbers: UInt64[np.ndarray, "*shape"]) -> UInt32[np.ndarray, "*shape"]:
    """`numbers` mod 2^31 − 1, for numbers below 2^62, whose memory is used up for it."""
    low = numbers & np.uint64(PRIME)
    numbers >>= np.uint64(31)
    numbers += low  # below 2^32
    rest = numbers.astype(np.uint32)
    high = rest >> np.uint32(31)
    rest &= np.uint32(PRIME)
    rest += high  # p at most
    rest[rest == PRIME] = 0
    return rest
