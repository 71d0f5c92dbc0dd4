"""One submission by one bundle: bytes in, points and their reasons out.

Nothing else is needed and nothing is kept, so it runs in any process, on any machine, once or
again, and gives the same points. What a learner handed in never raises here: what can't be read is
refused, which is not the same as no points. Left out: whose it is, and where the result goes.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace

from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.problem_sets.tasks import Misconception, Task
from llmcourse.grading.rules.not_allowed import not_allowed
from llmcourse.grading.rules.verdict import NOT_ALLOWED, STOPPED, Raised, said, state_of
from llmcourse.grading.submission.canonical import Canonical, Unreadable, canonical
from llmcourse.grading.submission.left_out import LeftOut
from llmcourse.grading.submission.result import Result, TaskResult, TestResult
from llmcourse.grading.submission.sitting import Sitting, sitting
from llmcourse.sandbox.limits import DEFAULT, Limits

NOTHING = "Nothing was handed in for this task."
A_HIDDEN_TEST = "A test that you can't see fails: it tries other inputs."
READ_AGAIN = "Read the text of the task once more, edges included."


def grade_one(
    submission: bytes,
    bundle: Bundle,
    *,
    seed: str,
    limits: Limits = DEFAULT,
    sandbox: bool = True,
) -> Result:
    """Grade the notebook in these bytes.

    Raises `llmcourse.sandbox.remote.Unavailable` where no worker can be started: that is the
    machine's fault and says nothing of the submission.
    """
    start = time.monotonic()
    result = Result(
        step=bundle.step,
        submission=hashlib.sha256(submission).hexdigest(),
        bundle=bundle.sha256,
        seed=seed,
        tasks=(),
    )
    try:
        given = canonical(submission, bundle)
    except Unreadable as error:
        return replace(result, refused=str(error))
    left_out = LeftOut(given.without)
    with sitting(bundle, seed=seed, limits=limits, sandbox=sandbox) as sits:
        tasks = _tasks(given, bundle, sits, left_out)
    notes = (*given.notes, *left_out.notes)
    return replace(result, tasks=tasks, notes=notes, seconds=time.monotonic() - start)


def _tasks(
    given: Canonical, bundle: Bundle, sits: Sitting, left_out: LeftOut
) -> tuple[TaskResult, ...]:
    """The visible tests of all tasks; then, with the cells run anew, the hidden ones.

    In this order, because code that has seen hidden inputs could say them in a visible test.
    """
    nothing = Raised("NotImplementedError", NOTHING)
    visible = _ran(given, bundle, sits, _skipping(given, bundle), left_out, hidden=False)
    # What ran for too long would only do so once more.
    settled = {
        task: found
        for task, found in visible.items()
        if found is not None and found.kind in (NOT_ALLOWED, STOPPED)
    }
    hidden = dict(settled)
    if len(settled) < len(visible):
        sits.again()
        hidden = _ran(given, bundle, sits, settled, left_out, hidden=True)
    return tuple(
        _result(task, visible.get(task.id, nothing), hidden.get(task.id, nothing), left_out)
        for task in bundle.tasks
    )


def _skipping(given: Canonical, bundle: Bundle) -> dict[str, Raised]:
    """The tasks whose solution uses what would skip them, and why that earns nothing."""
    found = {}
    for task in bundle.tasks:
        own = task.cells.solution
        ran = given.cells[: given.tested.get(own, -1) + 1]
        sources = [(cell.grade_id, cell.source) for cell in ran]
        why = not_allowed(sources, own, task.names, task.forbidden, bundle.imports)
        if why:
            found[task.id] = Raised(NOT_ALLOWED, why)
    return found


def _ran(
    given: Canonical,
    bundle: Bundle,
    sits: Sitting,
    settled: Mapping[str, Raised],
    left_out: LeftOut,
    *,
    hidden: bool,
) -> dict[str, Raised | None]:
    """What the tests of one kind raise, each at its place behind its task's solution."""
    tasks = {task.cells.solution: task for task in bundle.tasks}
    due = {place: tasks[own] for own, place in given.tested.items() if own in tasks}
    stumbles: dict[str, Raised] = {}
    outcomes: dict[str, Raised | None] = {}
    for place, cell in enumerate(given.cells):
        stumble = sits.execute(cell.source, f"cell {cell.grade_id or place + 1}")
        if stumble is not None and cell.grade_id is None:
            if not hidden:  # what it says may be the inputs of a hidden test that ran above
                left_out.raised(cell, stumble)
        elif stumble is not None and cell.grade_id in tasks:
            stumbles[tasks[cell.grade_id].id] = stumble
        if (task := due.get(place)) is None:
            continue
        if task.id in settled:
            outcomes[task.id] = settled[task.id]
            continue
        test = task.cells.hidden if hidden else task.cells.visible
        found = sits.test(test, task.names)
        if found is not None and found.kind == "NameError" and task.id in stumbles:
            found = stumbles[task.id]  # why the name is not there
        outcomes[task.id] = found
    return outcomes


def _result(
    task: Task, visible: Raised | None, hidden: Raised | None, left_out: LeftOut
) -> TaskResult:
    seen = _seen(task, visible, left_out)
    return TaskResult(task.id, task.title, seen, _unseen(task, hidden, visible))


def _seen(task: Task, raised: Raised | None, left_out: LeftOut) -> TestResult:
    """Of the visible test: all that it said, and why a name was missing."""
    of = float(task.visible)
    if raised is None:
        return TestResult(True, of, of, "passed")
    known = _known(task, raised.hint)
    name = known.name if known else ""
    message = "\n".join(filter(None, (_words(raised), left_out.explains(raised))))
    return TestResult(False, 0.0, of, state_of(raised), message, name)


def _unseen(task: Task, raised: Raised | None, visible: Raised | None) -> TestResult:
    """Of the hidden test: that it fails, and which known mistake it points to.

    Nothing else that happened there is passed on. What the learner's code raised, and whether it
    raised, ended or said "not implemented", can be chosen by the test's inputs and so tell them.
    Where the visible test has settled the matter, the same is said as of that.
    """
    of = float(task.hidden)
    if raised is None:
        return TestResult(True, of, of, "passed")
    if visible is not None and state_of(visible) in ("not started", "not allowed", "stopped"):
        return TestResult(False, 0.0, of, state_of(visible), _words(visible))
    known = _known(task, raised.hint)
    if known is None:
        return TestResult(False, 0.0, of, "not yet", f"{A_HIDDEN_TEST} {READ_AGAIN}")
    message = f"{A_HIDDEN_TEST} What it points to: {known.message}"
    return TestResult(False, 0.0, of, "not yet", message, known.name)


def _words(raised: Raised) -> str:
    """What is said of a test that the learner can see; its state says it all of an empty task."""
    if state_of(raised) == "not started":
        return NOTHING if raised.message == NOTHING else ""
    return said(raised)


def _known(task: Task, hint: str) -> Misconception | None:
    """The known mistake whose message a hint holds. (Other words may be the learner's.)"""
    return next((one for one in task.misconceptions if one.message in hint), None)
