"""One notebook's cells in a worker, and the set's own tests against what they define.

The tests run here, in a namespace of their own in which the learner's names are paths to the
worker; none of the learner's code runs here. A cell that never ends, or a worker that dies, costs
the task that it happened in: a new worker runs the other cells again and goes on.

Code that has seen a hidden test's inputs can say them wherever it may say something to the learner.
So the visible tests all come first; then, after `again`, the cells anew and the hidden ones. What
is left out: points, and what a learner is told.
"""

import os
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llmcourse.checking import Mismatch
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.rules.verdict import STOPPED, Raised, raised_by_code
from llmcourse.sandbox.limits import Limits
from llmcourse.sandbox.remote import Stopped, Unavailable, Worker

SEED = "LLMCOURSE_SEED"  # where `llmcourse.checking` looks for the seed of an attempt
TEST = "test "  # begins the file name of a test's code in tracebacks


class Sitting:
    """Use `sitting`, which ends the worker."""

    def __init__(self, bundle: Bundle, limits: Limits, sandbox: bool):
        self.bundle, self.limits, self.sandbox = bundle, limits, sandbox
        self.left = float(limits.wall)
        self._worker: Worker | None = None
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._setup = [(source, f"set-up {n}") for n, source in enumerate(bundle.setup)]
        self._ran = self._setup.copy()  # what a new worker has to run again
        self._stopped: dict[tuple[str, str], Raised] = {}  # what is not run a second time
        for number, source in enumerate(bundle.setup):
            exec(compile(source, f"{TEST}setup {number}", "exec"), self._names)

    def execute(self, source: str, name: str) -> Raised | None:
        """Run a cell of the learner's in the worker; what it raised."""
        if (source, name) in self._stopped:
            return self._stopped[source, name]
        try:
            with self._timed() as worker:
                worker.execute(source, name)
                self._ran.append((source, name))
        except Stopped as stopped:
            self._stopped[source, name] = Raised(STOPPED, str(stopped))
            return self._stopped[source, name]
        except Unavailable:
            raise
        except Exception as error:
            self._ran.append((source, name))  # what it did before it raised was done
            return raised(error)
        return None

    def again(self) -> None:
        """Begin anew: what the cells have defined is forgotten; cells that ended may be run."""
        self._ran = self._setup.copy()
        self.left = float(self.limits.wall)
        if self._worker is None:
            return
        try:
            with self._timed() as worker:
                worker.forget()
                self._run_again(worker, self.limits.cell)  # the set-up only
        except Stopped:
            self._worker = None  # the next one is new anyway
        except Unavailable:
            raise
        except Exception:
            self.close()  # it answers what nobody asked: the next one is new

    def test(self, grade_id: str, names: Sequence[str]) -> Raised | None:
        """Run a test of the set here, with the learner's `names` in reach; what it raised."""
        try:
            with self._timed() as worker:
                for name, there in zip(names, worker.defined(names), strict=True):
                    self._names.pop(name, None)
                    if there:
                        self._names[name] = worker.name(name)
                code = compile(self.bundle.tests[grade_id], f"{TEST}{grade_id}", "exec")
                exec(code, self._names)
        except Stopped as stopped:
            return Raised(STOPPED, str(stopped))
        except Unavailable:
            raise
        except Exception as error:
            return raised(error)
        return None

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None

    @contextmanager
    def _timed(self) -> Iterator[Worker]:
        """The worker, with as much time as a cell may take; what it takes goes off the notebook's.

        A worker that is stopped is gone, and the next one is another.
        """
        if self.left <= 0:
            raise Stopped(self.limits.all_used)
        fresh = self._worker is None
        worker = self._worker = self._worker or Worker(
            imports=self.bundle.imports, limits=self.limits, sandbox=self.sandbox
        )
        start = time.monotonic()  # Python is there now, and what follows is the learner's time
        try:
            if fresh:
                self._run_again(worker, self.left)
            worker.within(min(self.limits.cell, self.left - (time.monotonic() - start)))
            yield worker
        except Stopped:
            self._worker = None
            raise
        finally:
            self.left -= time.monotonic() - start

    def _run_again(self, worker: Worker, seconds: float | int) -> None:
        """Run in a new worker what has ended in the one before it, within so many seconds."""
        end = time.monotonic() + seconds
        for source, name in self._ran:
            worker.within(min(self.limits.cell, end - time.monotonic()))
            try:
                worker.execute(source, name)
            except Exception:
                continue  # it raised the first time too, and was told then


@contextmanager
def sitting(bundle: Bundle, *, seed: str, limits: Limits, sandbox: bool) -> Iterator[Sitting]:
    """A sitting with this seed for the hidden tests.

    Raises `Unavailable` where a worker can't be started at all.
    """
    before = os.environ.get(SEED)
    os.environ[SEED] = seed
    opened = Sitting(bundle, limits, sandbox)
    try:
        yield opened
    finally:
        opened.close()
        if before is None:
            del os.environ[SEED]
        else:
            os.environ[SEED] = before


def raised(error: Exception) -> Raised:
    """An exception in the form in which a check has it, with the line that says most.

    That is the learner's own line where their code raised, else the line of the test.
    """
    line = getattr(error, "learners_line", "")
    if not line:
        frames = traceback.extract_tb(error.__traceback__)
        numbers = [frame.lineno for frame in frames if frame.filename.startswith(TEST)]
        line = f"line {numbers[-1]} of the test" if numbers else ""
    hint = error.hint if isinstance(error, Mismatch) else ""
    return raised_by_code(type(error).__name__, str(error), line, hint)
