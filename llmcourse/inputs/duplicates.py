"""Finds documents that were there before: equal ones by one hash, near ones by banded signatures.

Comparing each of N documents with each other takes N²/2 comparisons. Locality-sensitive hashing
compares only those that are likely alike: a MinHash signature is cut into b bands of r numbers, and
two documents are candidates where one whole band agrees. With similarity s that has the probability

    1 − (1 − s^r)^b,

an S-curve: near 0 for the unlike, near 1 for the alike (Leskovec, Rajaraman and Ullman, 2020).
Candidates are then checked.

What is remembered is no text: 16 bytes a document for equal ones, a signature and a place in b
tables for near ones, and its shingles' numbers if those are to be compared.
"""

import hashlib
import itertools
from collections.abc import Iterable
from typing import Literal

import numpy as np
from jaxtyping import UInt32, UInt64

from llmcourse.errors import UserError
from llmcourse.inputs.minhash import MinHash, estimate


def s_curve(similarity: float | int, bands: int, rows: int) -> float:
    """The probability that two documents of this similarity share a band.

    >>> [round(s_curve(s, bands=21, rows=6), 3) for s in (0.3, 0.5, 0.8)]
    [0.015, 0.282, 0.998]
    """
    return 1.0 - (1.0 - float(similarity) ** rows) ** bands


def rows_for(n: int, threshold: float | int, recall: float = 0.99) -> int:
    """The most numbers a band may hold so that `recall` of the pairs at the threshold are found.

    Of n numbers, n // rows bands can be made. Longer bands mean fewer candidates to check.

    >>> rows_for(128, 0.8)
    6
    """
    fitting = (r for r in range(n, 1, -1) if s_curve(threshold, n // r, r) >= recall)
    return next(fitting, 1)


class ExactDuplicates:
    """Which documents are equal, byte for byte, to one that came before."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}  # digest: the number of the document, from 0
        self._count = itertools.count()

    def seen(self, text: str) -> int | None:
        """The number of the first document with this text; None, and remembered, if it is new.

        >>> seen = ExactDuplicates().seen
        >>> [seen("a"), seen("b"), seen("a")]
        [None, None, 0]
        """
        number = next(self._count)
        data = text.encode("utf-8", "surrogatepass")
        # 128 bits: even among 10^12 documents two different ones hardly ever share a digest.
        first = self._numbers.setdefault(hashlib.blake2b(data, digest_size=16).digest(), number)
        return None if first == number else first


class NearDuplicates:
    """Which documents are at least as similar as `threshold` to one that came before.

    `check` says how candidates are compared: by their "shingles", exactly, which are kept for it
    (8 bytes each), or by the "signature" alone, whose size does not grow with the document.

    >>> near = NearDuplicates(0.5)
    >>> [near.seen(text) for text in ("the old mill by the river", "a", "the old mill by the road")]
    [None, None, 0]

    Raises UserError for a threshold outside of (0, 1].
    """

    def __init__(
        self,
        threshold: float | int = 0.8,
        minhash: MinHash | None = None,
        check: Literal["shingles", "signature"] = "shingles",
    ):
        if not 0 < threshold <= 1:
            raise UserError(
                f"No two documents can be told apart by a similarity of {threshold}.",
                todo="Give a threshold above 0, and 1 at most.",
            )
        self.threshold, self.minhash, self.check = threshold, minhash or MinHash(), check
        self.rows = rows_for(self.minhash.n, threshold)
        self.bands = self.minhash.n // self.rows
        self.compared = 0  # how many candidates were checked
        self._tables: list[dict[bytes, list[int]]] = [{} for _ in range(self.bands)]
        self._kept: dict[int, np.ndarray] = {}  # number: shingles, or the signature
        self._count = itertools.count()

    def seen(self, text: str) -> int | None:
        """The number of the first remembered document that is near; None, and remembered, if none.

        What is near to an earlier document is not remembered: it will be dropped.
        """
        number, numbers = next(self._count), self.minhash.numbers(text)
        signature = self.minhash.minima(numbers)
        near = self._near(numbers, signature)
        if near:
            return near[0]
        self._remember(number, numbers, signature)
        return None

    def all_near(self, text: str) -> list[int]:
        """The numbers of all earlier documents that are near. This one is remembered as well."""
        number, numbers = next(self._count), self.minhash.numbers(text)
        signature = self.minhash.minima(numbers)
        near = self._near(numbers, signature)
        self._remember(number, numbers, signature)
        return near

    def _near(self, numbers: UInt64[np.ndarray, " m"], signature: UInt32[np.ndarray, " n"]) -> list:
        places = zip(self._tables, self._cut(signature), strict=True)
        candidates = sorted(set().union(*(table.get(band, ()) for table, band in places)))
        self.compared += len(candidates)
        if self.check == "signature":
            likeness = [estimate(signature, self._kept[other]) for other in candidates]
        else:
            likeness = [_likeness(numbers, self._kept[other]) for other in candidates]
        return [c for c, s in zip(candidates, likeness, strict=True) if s >= self.threshold]

    def _remember(
        self, number: int, numbers: UInt64[np.ndarray, " m"], signature: UInt32[np.ndarray, " n"]
    ) -> None:
        self._kept[number] = signature if self.check == "signature" else numbers
        for table, band in zip(self._tables, self._cut(signature), strict=True):
            table.setdefault(band, []).append(number)

    def _cut(self, signature: UInt32[np.ndarray, " n"]) -> list[bytes]:
        size = self.rows * signature.itemsize
        data = signature.tobytes()
        return [data[i * size : (i + 1) * size] for i in range(self.bands)]


def clusters(texts: Iterable[str], threshold: float | int = 0.8) -> list[list[int]]:
    """The groups of two or more documents that are linked by near-duplicates, by their numbers.

    Links chain: the first and the last of a group may be less alike than the threshold.

    >>> clusters(["a b c d", "x", "a b c d"])
    [[0, 2]]
    """
    near = NearDuplicates(threshold)
    parent: list[int] = []
    for number, text in enumerate(texts):
        parent.append(number)
        for other in near.all_near(text):
            parent[root(parent, number)] = root(parent, other)
    groups: dict[int, list[int]] = {}
    for number in range(len(parent)):
        groups.setdefault(root(parent, number), []).append(number)
    return [group for group in groups.values() if len(group) > 1]


def root(parent: list[int], number: int) -> int:
    """The member that stands for the group of `number`: its parent's parent's … (union-find).

    Every member that is met on the way gets its grandparent for a parent, so that the next way is
    half as long (path halving; Tarjan and van Leeuwen, 1984).
    """
    while parent[number] != number:
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number


def _likeness(one: UInt64[np.ndarray, " m"], other: UInt64[np.ndarray, " k"]) -> float:
    """Jaccard's similarity of two sets, each in rising order."""
    if not len(one) or not len(other):
        return float(len(one) == len(other))
    both = np.sort(np.concatenate([one, other]))
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(both) - shared)
