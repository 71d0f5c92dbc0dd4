"""Which submissions are worth reading side by side.

For each task, what a learner has is reduced to fingerprints. What the release holds is taken out,
and what more than half of the class has: the usual way to do it. The rest is weighed, by
log(1 + n / holders), so a passage that two of a hundred have counts for more than one that thirty
have. The share of a pair is the weight of what both have, by the weight of all that the one with
less of it has.

An index from fingerprints to students finds the pairs, so two that have nothing in common cost
nothing. What comes out is a place to look. Small tasks have few solutions, people learn together,
and two may have read the same page: only who reads both can tell, and asks before judging.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from llmcourse.grading.classroom.report.fingerprints import every, fingerprints
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.canonical import Unreadable, canonical

LEAST_SHARE = 0.6
LEAST_SHARED = 10  # fingerprints
SMALL = 4  # students, of whom two are no majority that says anything

Prints = Mapping[str, frozenset[int]]
"""Fingerprints by task id."""


@dataclass(frozen=True)
class Pair:
    """Two submissions that have much in common."""

    first: str
    second: str
    share: float
    shared: int  # fingerprints
    tasks: tuple[str, ...]  # in which they are


def given_out(bundle: Bundle) -> Prints:
    """What the release holds of each task: every run of tokens, so that none is left."""
    return {task.id: every(bundle.released[task.cells.solution]) for task in bundle.tasks}


def prints_of(submission: bytes, bundle: Bundle, given: Prints) -> Prints:
    """The fingerprints of a notebook's solution cells, without what was `given` out.

    None for a file that can't be read.
    """
    try:
        cells = canonical(submission, bundle).cells
    except Unreadable:
        return {}
    found: dict[str, frozenset[int]] = {}
    for task in bundle.tasks:
        own = [cell.source for cell in cells if cell.grade_id == task.cells.solution]
        found[task.id] = fingerprints("\n".join(own)) - given[task.id]
    return found


def alike(prints: Mapping[str, Prints]) -> list[Pair]:
    """The pairs of students that have much in common, the most alike first."""
    holders: dict[tuple[str, int], list[str]] = defaultdict(list)
    for student in sorted(prints):
        for task, found in prints[student].items():
            for one in found:
                holders[task, one].append(student)
    most = max(len(prints) / 2, SMALL)
    weights = {
        key: math.log1p(len(prints) / len(having))
        for key, having in holders.items()
        if len(having) <= most
    }
    whole = {student: _weight(prints[student], weights) for student in prints}
    shared: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    weight: Counter[tuple[str, str]] = Counter()
    for key, value in weights.items():
        for pair in combinations(holders[key], 2):
            shared[pair][key[0]] += 1
            weight[pair] += value  # type: ignore[assignment]
    found = [
        Pair(*pair, _share(weight[pair], whole[pair[0]], whole[pair[1]]), count.total(), tasks)
        for pair, count in shared.items()
        if (tasks := tuple(sorted(count)))
    ]
    kept = [one for one in found if one.share >= LEAST_SHARE and one.shared >= LEAST_SHARED]
    return sorted(kept, key=lambda one: (-one.share, -one.shared, one.first, one.second))


def _weight(prints: Prints, weights: Mapping[tuple[str, int], float]) -> float:
    keys: Iterable[tuple[str, int]] = ((task, one) for task in prints for one in prints[task])
    return math.fsum(weights.get(key, 0.0) for key in keys)


def _share(common: float, first: float, second: float) -> float:
    smaller = min(first, second)
    return round(min(1.0, common / smaller), 6) if smaller else 0.0
