"""How the points of a class are distributed: a few numbers, and bars for a plot."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

MOST_BARS = 10


@dataclass(frozen=True)
class Bar:
    """How many have between `low` and `high` points; `high` itself belongs to the last bar only."""

    low: int
    high: int
    students: int
    is_last: bool

    @property
    def words(self) -> str:
        """
        >>> Bar(0, 3, 5, False).words, Bar(27, 30, 2, True).words
        ('0 to under 3', '27 to 30')
        """
        return f"{self.low} to {'' if self.is_last else 'under '}{self.high}"


@dataclass(frozen=True)
class Distribution:
    """The points of everybody who has some."""

    n: int
    mean: float
    median: float
    lowest: float
    highest: float
    bars: tuple[Bar, ...]


def distribution(points: Sequence[float], of: int) -> Distribution:
    """The distribution of at least one number of points, where the set is worth `of`.

    The bars are whole points wide, at most ten of them. Who has more than the set is worth, by
    extra credit, is in the last one.

    >>> [bar.students for bar in distribution([0, 1, 2.5, 4, 5], 5).bars]
    [1, 1, 1, 0, 2]
    """
    width = max(1, math.ceil(of / MOST_BARS))
    lows = range(0, max(1, of), width)
    counts = [0] * len(lows)
    for one in points:
        counts[min(max(0, int(one // width)), len(lows) - 1)] += 1
    bars = tuple(
        Bar(low, min(low + width, max(1, of)), count, low == lows[-1])
        for low, count in zip(lows, counts, strict=True)
    )
    mean, median = statistics.fmean(points), statistics.median(points)
    return Distribution(len(points), mean, median, min(points), max(points), bars)
