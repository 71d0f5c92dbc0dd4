"""Which known misconceptions a class met most often, and the page that treats each.

A learner counts once for a mistake, whether the visible test points to it, the hidden one or both.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from llmcourse.grading.problem_sets.tasks import Misconception, Task
from llmcourse.grading.submission.result import Result


@dataclass(frozen=True)
class Mistake:
    """A misconception, and how many of the class it was found with."""

    task: Task
    known: Misconception
    students: int


def mistakes(tasks: Sequence[Task], results: Sequence[Result]) -> list[Mistake]:
    """Those that were met, the most common first."""
    met = Counter(
        (task.id, name)
        for result in results
        for task in result.tasks
        for name in {
            test.misconception
            for test in (task.visible, task.hidden)
            if test.misconception and not test.passed
        }
    )
    found = [
        Mistake(task, known, met[task.id, known.name])
        for task in tasks
        for known in task.misconceptions
        if met[task.id, known.name]
    ]
    return sorted(found, key=lambda one: (-one.students, one.task.number, one.known.name))
