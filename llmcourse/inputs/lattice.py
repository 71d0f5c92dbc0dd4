"""The splits of a word as paths through a lattice: the best of them, or one drawn at random.

Between any two characters is a place, 0 at the front and n at the end, and each piece is an edge
from the place where it begins to the one where it ends. A split is a path from 0 to n; its score,
the sum of its edges' log-probabilities. There are up to 2^(n - 1) paths, but what is best up to a
place does not depend on what follows, so one pass over the places finds the best (Viterbi, 1967).

`unigram.py` builds a tokenizer on this.
"""

import math
from collections.abc import Mapping
from random import Random

Lattice = list[list[tuple[int, float]]]
Path = list[tuple[int, int]]


def lattice(word: str, scores: Mapping[str, float], longest: int, unknown: float) -> Lattice:
    """For each place 0…n, the edges that end there: (where it begins, its score), leftmost first.

    `scores` maps pieces of at most `longest` characters to log-probabilities. A character that is
    no piece gets an edge all the same, with the score `unknown`.

    >>> lattice("ab", {"a": -1.0, "ab": -3.0}, 2, -9.0)
    [[], [(0, -1.0)], [(0, -3.0), (1, -9.0)]]
    """
    edges: Lattice = [[]]
    for end in range(1, len(word) + 1):
        edges.append(
            [
                (start, scores[piece])
                for start in range(max(0, end - longest), end)
                if (piece := word[start:end]) in scores
            ]
        )
        if word[end - 1] not in scores:
            edges[end].append((end - 1, unknown))
    return edges


def best_path(edges: Lattice) -> Path:
    """The path with the highest score, as (begin, end) of its edges; the longest last edge in ties.

    best(j) = max over the edges from i to j of best(i) + score, with best(0) = 0 (Viterbi, 1967).
    Every place must have an edge that ends there.
    """
    best, back = [0.0], [0]
    for ending in edges[1:]:
        score, start = ending[0][1] + best[ending[0][0]], ending[0][0]
        for other, edge in ending[1:]:
            if best[other] + edge > score:
                score, start = best[other] + edge, other
        best.append(score)
        back.append(start)
    path: Path = []
    end = len(back) - 1
    while end > 0:
        path.append((back[end], end))
        end = back[end]
    return path[::-1]


def sample_path(edges: Lattice, alpha: float, draw: Random) -> Path:
    """A path drawn with a probability that grows as exp(alpha · its score).

    With alpha 1 that is the model's own probability of the split; with 0, all are equally likely;
    the larger, the surer the best. (Forward filtering, backward sampling.)
    """
    total = [0.0]  # the logarithm of the sum over all paths to this place
    for ending in edges[1:]:
        total.append(_log_sum([total[start] + alpha * score for start, score in ending]))
    path: Path = []
    end = len(edges) - 1
    while end > 0:
        weights = [
            math.exp(total[start] + alpha * score - total[end]) for start, score in edges[end]
        ]
        ((start, _),) = draw.choices(edges[end], weights)
        path.append((start, end))
        end = start
    return path[::-1]


def _log_sum(logs: list[float]) -> float:
    largest = max(logs)
    return largest + math.log(sum(math.exp(log - largest) for log in logs))
