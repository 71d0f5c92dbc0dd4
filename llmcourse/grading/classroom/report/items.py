"""How hard each task was for a class, and whether it tells learners apart.

    difficulty       share of its points that the class earned: 1 is easy, 0 is hard
    discrimination   correlation of a task's points with those of all other tasks together

The task itself is left out of what it is compared with, else it would agree with itself: that is
the corrected point-biserial correlation, also called item-rest correlation (Henrysson, 1963). Near
0, who does well elsewhere does no better here. Below 0 they do worse: look at the task's tests.
It says little about few learners, so below ten it is not given, and none is where everybody earned
the same.

On paper: four learners with 0, 1, 1, 2 points in a task and 1, 2, 4, 5 in the others. The means are
1 and 3; the products of the differences sum to 2 + 0 + 0 + 2 = 4, their squares to 2 and 10; so the
correlation is 4 / sqrt(20) = 0.894.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from llmcourse.grading.problem_sets.tasks import Task
from llmcourse.grading.submission.result import Result, TaskResult

FEWEST = 10
"""Learners below whom a correlation is not given."""


@dataclass(frozen=True)
class Item:
    """One task in one class; shares are between 0 and 1."""

    task: Task
    n: int  # results that hold the task
    earned: float
    visible: float
    hidden: float
    discrimination: float | None
    why: str = ""  # there is no discrimination


def items(tasks: Sequence[Task], results: Sequence[Result]) -> list[Item]:
    """Each task, by the results of those who were graded."""
    return [_item(task, results) for task in tasks]


def item_rest(points: Sequence[float], rest: Sequence[float]) -> float | None:
    """Pearson's correlation; None where one side does not vary.

    >>> round(item_rest([0, 1, 1, 2], [1, 2, 4, 5]), 3)
    0.894
    """
    try:
        return statistics.correlation(points, rest)
    except statistics.StatisticsError:
        return None


def _item(task: Task, results: Sequence[Result]) -> Item:
    found = [(one, result) for result in results for one in result.tasks if one.id == task.id]
    ours = [one for one, _ in found]
    rest = [result.points - one.points for one, result in found]
    correlation = item_rest([one.points for one in ours], rest) if len(found) >= FEWEST else None
    too_few = f"too few: {len(found)} of {FEWEST}"
    why = too_few if len(found) < FEWEST else "all earned the same" if correlation is None else ""
    return Item(
        task,
        len(found),
        _share(ours, "points", "of"),
        _share([one.visible for one in ours], "points", "of"),
        _share([one.hidden for one in ours], "points", "of"),
        correlation,
        why,
    )


def _share(parts: Sequence[TaskResult | object], earned: str, of: str) -> float:
    """What all earned together, of what all could have earned."""
    whole = sum(getattr(part, of) for part in parts)
    return sum(getattr(part, earned) for part in parts) / whole if whole else 0.0
