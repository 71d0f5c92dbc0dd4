"""A grader of milliseconds for tests of what is around it: notebooks tell it what to do.

It stands in a module of its own because a grading process finds it by its name.
"""

import hashlib
import os
import re
import signal
import time
from pathlib import Path

from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.result import Result, TaskResult
from llmcourse.grading.submission.result import TestResult as OneTest
from llmcourse.sandbox.limits import Limits


def grade_one(
    submission: bytes, bundle: Bundle, *, seed: str, limits: Limits, sandbox: bool
) -> Result:
    """All points for "points=all", else none; and what the other orders in the text say."""
    text = submission.decode()
    if found := re.search(r"order=die-once ([\w/.-]+)", text):
        seen = Path(found[1])
        if not seen.exists():
            seen.touch()
            time.sleep(0.3)  # the others are under way
            os.kill(os.getpid(), signal.SIGKILL)
    elif "order=die" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    if "order=hang" in text:
        time.sleep(600)
    if "order=raise" in text:
        raise ZeroDivisionError("a defect of the grader")
    won = "points=all" in text
    tasks = tuple(
        TaskResult(
            task.id,
            task.title,
            _test(won, task.visible),
            _test(won, task.hidden),
        )
        for task in bundle.tasks
    )
    notes = (f"pid {os.getpid()}", f"threads {os.environ.get('OMP_NUM_THREADS')}")
    sha256 = hashlib.sha256(submission).hexdigest()
    if "order=refuse" in text:
        return Result(bundle.step, sha256, bundle.sha256, seed, (), refused="It is no notebook.")
    return Result(bundle.step, sha256, bundle.sha256, seed, tasks, notes, seconds=0.1)


def _test(won: bool, points: int) -> OneTest:
    state = "passed" if won else "not yet"
    return OneTest(won, float(points) * won, float(points), state, "" if won else "Not yet.")
