"""One submission by one bundle: bytes in, points and their reasons out.

Nothing else is needed and nothing is kept, so it runs in any process, on any machine, once or
again, and gives the same points. What a learner handed in never raises here: what can't be read is
refused, which is not the same as no points. Left out: whose it is, and where the result goes.
"""

import builtins
import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from llmcourse.grading.bundle import Bundle
from llmcourse.grading.canonical import Canonical, LearnerCell, Unreadable, canonical
from llmcourse.grading.forbidden import refuse
from llmcourse.grading.kernel import Raised
from llmcourse.grading.result import Result, State, TaskResult, TestResult
from llmcourse.grading.sitting import Sitting, sitting
from llmcourse.grading.syntax import parsed, surely_bound
from llmcourse.grading.tasks import Task
from llmcourse.grading.verdict import said, state_of
from llmcourse.sandbox.limits import DEFAULT, Limits

NOTHING = "Nothing was handed in for this task."
A_HIDDEN_TEST = "A test that you can't see fails: it tries other inputs."


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
    with sitting(bundle, seed=seed, limits=limits, sandbox=sandbox) as sits:
        tasks = _tasks(given, bundle, sits)
    return replace(result, tasks=tasks, notes=given.notes, seconds=time.monotonic() - start)


def _tasks(given: Canonical, bundle: Bundle, sits: Sitting) -> tuple[TaskResult, ...]:
    """The visible tests of all tasks; then, with the cells run anew, the hidden ones.

    In this order, because code that has seen hidden inputs could say them in a visible test.
    """
    nothing = Raised("NotImplementedError", NOTHING)
    refused = _refused(given.cells, bundle)
    visible = _ran(given.cells, bundle, sits, refused, hidden=False)
    # What ran for too long would only do so once more.
    settled = {
        task: found
        for task, found in visible.items()
        if found is not None and found.kind in ("NotAllowed", "Stopped")
    }
    hidden = dict(settled)
    if len(settled) < len(visible):
        sits.again()
        hidden = _ran(given.cells, bundle, sits, settled, hidden=True)
    return tuple(
        _result(task, visible.get(task.id, nothing), hidden.get(task.id, nothing))
        for task in bundle.tasks
    )


def _refused(cells: Sequence[LearnerCell], bundle: Bundle) -> dict[str, Raised]:
    """The tasks whose solution uses what would skip them, and why that earns nothing."""
    refused = {}
    for task in bundle.tasks:
        own = [place for place, c in enumerate(cells) if c.grade_id == task.cells.solution]
        if not own:
            continue
        before = [c.source for c in cells[: own[-1]] if c.grade_id != task.cells.solution]
        source = "\n".join(cells[place].source for place in own)
        # A name that the cell leaves to others is what these have made of it.
        elsewhere = set(task.names) - _defined(source)
        made = [other for other in before if elsewhere & _defined(other)]
        for text in (source, *made):
            if message := refuse(text, task.forbidden, bundle.imports, before):
                refused[task.id] = Raised("NotAllowed", message)
                break
    return refused


def _defined(source: str) -> set[str]:
    """The names that a cell binds, whatever happens in it."""
    try:
        return surely_bound(parsed(source).body)
    except (SyntaxError, RecursionError):
        return set()  # running it says so in better words


def _ran(
    cells: Sequence[LearnerCell],
    bundle: Bundle,
    sits: Sitting,
    settled: Mapping[str, Raised],
    *,
    hidden: bool,
) -> dict[str, Raised | None]:
    """What the tests of one kind raise, each right behind the last cell of its task's solution."""
    tasks = {task.cells.solution: task for task in bundle.tasks}
    last = {cell.grade_id: place for place, cell in enumerate(cells)}
    stumbles: dict[str, Raised] = {}
    outcomes: dict[str, Raised | None] = {}
    for place, cell in enumerate(cells):
        stumble = sits.execute(cell.source, f"cell {cell.grade_id or place + 1}")
        task = tasks.get(cell.grade_id) if cell.grade_id else None
        if task is None:
            continue
        if stumble is not None:
            stumbles[task.id] = stumble
        if last[cell.grade_id] != place:
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


def _result(task: Task, visible: Raised | None, hidden: Raised | None) -> TaskResult:
    return TaskResult(
        task.id,
        task.title,
        _test(task, task.visible, visible, hidden=False),
        _test(task, task.hidden, hidden, hidden=True),
    )


def _test(task: Task, points: int, raised: Raised | None, *, hidden: bool) -> TestResult:
    if raised is None:
        return TestResult(True, float(points), float(points), "passed")
    known = [mistake for mistake in task.misconceptions if mistake.message in raised.message]
    message = _said_of_hidden(raised, [m.message for m in known]) if hidden else _said(raised)
    name = known[0].name if known else ""
    return TestResult(False, 0.0, float(points), _state(raised), message, name)


def _state(raised: Raised) -> State:
    if raised.kind == "Stopped":
        return "stopped"
    return "not allowed" if raised.kind == "NotAllowed" else state_of(raised)


def _said(raised: Raised) -> str:
    """What the learner reads of a test that they can see."""
    ours = raised.kind in ("Stopped", "NotAllowed", "NotImplementedError")
    return raised.message if ours else said(raised)


def _said_of_hidden(raised: Raised, known: Sequence[str]) -> str:
    """What the learner reads of one that they can't see: nothing of it, whatever was raised.

    The message may hold inputs of the test, put there by the learner's own code. So only texts of
    the contract and of this file are passed on, and of an exception the name, if Python has it.
    """
    if raised.kind in ("Stopped", "NotAllowed"):
        return raised.message
    if raised.kind == "NotImplementedError":
        return NOTHING if raised.message == NOTHING else "This task is not solved yet."
    if known:
        return f"{A_HIDDEN_TEST} What it points to: {known[0]}"
    if state_of(raised) == "not yet":
        return f"{A_HIDDEN_TEST} Read the text of the task once more, edges included."
    kind = raised.kind if raised.kind in vars(builtins) else "an error of its own kind"
    return f"{A_HIDDEN_TEST} Your code raised {kind} there."
