"""Processes that grade: forks of one that has imported what the set's tests need.

Importing torch takes seconds, so one process does it, once; a fork of it grades one submission and
ends, so nothing is left over for the next and memory stays flat. A grader that dies takes no
submission with it: each that it may have touched is graded once more, alone. Left out: who handed
it in, and where results are kept.
"""

import ast
import itertools
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection, forkserver, resource_tracker
from typing import Protocol, runtime_checkable

from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.result import Result
from llmcourse.sandbox.limits import Limits

GRACE = 180  # seconds that a grader may take beyond twice the notebook's own limit
DIED = (
    "The process that graded it died, and once more when it was graded alone: it took too long, "
    "or the machine is out of memory."
)

Grader = Callable[..., Result]
"""Called as `grade_one` is; found by its name in another process, so a function of a module."""


@dataclass(frozen=True)
class Work:
    """A submission that is to be graded."""

    place: int  # among all submissions, for whoever gets the answer
    content: bytes
    seed: str


@dataclass(frozen=True)
class Answer:
    """What a grader gives back: texts alone, or why there are none."""

    result: str = ""
    notebook: str = ""
    problem: str = ""


@dataclass(frozen=True)
class _Order:
    """What a grader is given."""

    work: Work
    bundle: Bundle
    limits: Limits
    sandbox: bool
    grader: Grader | None
    seconds: float  # after which it is taken for hanging


@runtime_checkable
class Engine(Protocol):
    """What grades many submissions: `Graders` on this machine, `DaskGraders` on a cluster."""

    def graded(self, works: Iterable[Work]) -> Iterator[tuple[Work, Answer]]:
        """Each work with its answer, once, in the order in which they end."""
        ...


class Graders:
    """A pool of grading processes that is replaced when one of them dies; use it in a `with`."""

    def __init__(
        self, bundle: Bundle, jobs: int, limits: Limits, sandbox: bool, grader: Grader | None
    ):
        """`jobs` submissions at once, each by `grader`, else by `grade_one`."""
        self.bundle, self.jobs, self.limits = bundle, jobs, limits
        self.sandbox, self.grader = sandbox, grader
        self._pool: ProcessPoolExecutor | None = None
        self._before = set(multiprocessing.active_children())

    def graded(self, works: Iterable[Work]) -> Iterator[tuple[Work, Answer]]:
        """Each work with its answer, in the order in which they end.

        No more than twice as many as there are processes wait, so not all files are in memory.
        """
        works = iter(works)
        pending: dict[Future[Answer], Work] = {}
        while True:
            lost: list[Work] = []
            for work in itertools.islice(works, 2 * self.jobs - len(pending)):
                future = self._submit(work)
                if future is None:
                    lost.append(work)
                    break
                pending[future] = work
            if not pending and not lost:
                return
            ended = wait(pending, return_when=FIRST_COMPLETED).done
            if lost or any(_died(future) for future in ended):
                ended = wait(pending).done  # all of them end with the pool
            for future in ended:
                work = pending.pop(future)
                if _died(future):
                    lost.append(work)
                else:
                    yield work, future.result()
            if lost:
                self.end()
                for work in lost:
                    yield work, self._alone(work)

    def __enter__(self) -> "Graders":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None and self._pool is not None:  # they have nothing to do: let them end
            self._pool.shutdown()
            self._pool = None
        self.end()

    def end(self) -> None:
        """End the processes, whatever they are doing."""
        if self._pool is None:
            return
        # Not `wait=False`: the pool's own thread may be about to begin a process meanwhile.
        options = {"wait": True, "cancel_futures": True}
        ending = threading.Thread(target=self._pool.shutdown, kwargs=options)
        self._pool = None
        ending.start()
        while ending.is_alive():
            for child in set(multiprocessing.active_children()) - self._before:
                child.kill()
            ending.join(0.05)

    def _submit(self, work: Work) -> Future[Answer] | None:
        """Give it to the pool; None where that is broken already."""
        if self._pool is None:
            self._pool = _pool(self.jobs, self.bundle)
        try:
            return self._pool.submit(_grade, self._order(work))
        except BrokenProcessPool:
            return None

    def _alone(self, work: Work) -> Answer:
        self._pool = _pool(1, self.bundle)
        try:
            return self._pool.submit(_grade, self._order(work)).result()
        except BrokenProcessPool:
            return Answer(problem=DIED)
        finally:
            self.end()

    def _order(self, work: Work) -> _Order:
        seconds = float(2 * self.limits.wall + GRACE)
        return _Order(work, self.bundle, self.limits, self.sandbox, self.grader, seconds)


def _died(future: Future[Answer]) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


def _pool(jobs: int, bundle: Bundle) -> ProcessPoolExecutor:
    """Processes that are forks of one that has imported all that grading this set needs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", *_needed(bundle)])
    with _one_thread(), _no_ctrl_c():
        forkserver.ensure_running()
    # It imports until it answers. Ctrl-C meanwhile must find no half begun grader: that would
    # show a traceback.
    first = context.Process()  # without a target it ends at once
    first.start()
    first.join()
    return ProcessPoolExecutor(jobs, context, initializer=_begin, max_tasks_per_child=1)


def _needed(bundle: Bundle) -> list[str]:
    """The modules that the set's own cells import, and those of a grader."""
    found = {__name__, "llmcourse.grading.submission.grade_one"}
    for source in (*bundle.setup, *bundle.tests.values()):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module)
    return sorted(found)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Many small tensors in many processes: more threads would stand in each other's way."""
    before = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = before


@contextmanager
def _no_ctrl_c() -> Iterator[None]:
    """A process that is begun in this block gets no Ctrl-C, from its first instant on.

    It would show a traceback while it imports torch. Here the key works when the block ends.
    """
    resource_tracker.ensure_running()  # else it is begun in the block, and lets the signal in
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """In a new grader: Ctrl-C is the parent's to answer, and without a parent there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    os.environ["OMP_NUM_THREADS"] = "1"
    parent = multiprocessing.parent_process()
    assert parent is not None

    def leave_with_the_parent() -> None:
        connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=leave_with_the_parent, daemon=True).start()


def _grade(order: _Order) -> Answer:
    """In a grader: grade one submission. What goes wrong here is told, and is not a grade."""
    late = threading.Timer(order.seconds, os._exit, (1,))
    late.daemon = True
    late.start()
    try:
        from llmcourse.grading.submission.canonical import Unreadable, canonical
        from llmcourse.grading.submission.formgrader import graded_notebook
        from llmcourse.grading.submission.grade_one import grade_one

        result = (order.grader or grade_one)(
            order.work.content,
            order.bundle,
            seed=order.work.seed,
            limits=order.limits,
            sandbox=order.sandbox,
        )
        try:
            cells = canonical(order.work.content, order.bundle).cells
        except Unreadable:
            cells = ()
        return Answer(result.to_json(), graded_notebook(order.bundle, result, cells))
    except Exception as error:
        return Answer(problem=f"It could not be graded: {type(error).__name__}: {error}")
    finally:
        late.cancel()
