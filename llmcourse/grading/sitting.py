"""One notebook's cells in a worker, and the set's own tests against what they define.

The tests run here, in a namespace of their own in which the learner's names are paths to the
worker; none of the learner's code runs here. A cell that never ends, or a worker that dies, costs
the task that it happened in: a new worker runs the other cells again and goes on. What is left out:
points, and what a learner is told.
"""

import os
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llmcourse.grading.bundle import Bundle
from llmcourse.grading.kernel import Raised
from llmcourse.sandbox.limits import Limits
from llmcourse.sandbox.remote import Stopped, Worker

SEED = "LLMCOURSE_SEED"  # where `llmcourse.checking` looks for the seed of an attempt
OURS = ("Stopped", "NotAllowed")  # names that the learner's code can't take for its own
TEST = "test "  # begins the file name of a test's code in tracebacks


class Sitting:
    """Use `sitting`, which ends the worker."""

    def __init__(self, bundle: Bundle, limits: Limits, sandbox: bool):
        self.bundle, self.limits, self.sandbox = bundle, limits, sandbox
        self.left = float(limits.wall)
        self._worker: Worker | None = None
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self._ran: list[tuple[str, str]] = []  # what a new worker has to run again
        for number, source in enumerate(bundle.setup):
            exec(compile(source, f"{TEST}setup {number}", "exec"), self._names)
            self._ran.append((source, f"set-up {number}"))

    def execute(self, source: str, name: str) -> Raised | None:
        """Run a cell of the learner's in the worker; what it raised."""
        try:
            with self._timed() as worker:
                self._ran.append((source, name))
                worker.execute(source, name)
        except Stopped as stopped:
            self._ran.remove((source, name))
            return Raised("Stopped", str(stopped))
        except Exception as error:
            return raised(error)
        return None

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
            return Raised("Stopped", str(stopped))
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
        worker = self._ready()
        start = time.monotonic()
        if self.left <= 0:
            raise Stopped(f"The notebook ran for more than {self.limits.wall:g} s in all.")
        worker.deadline = start + min(self.limits.cell, self.left)
        try:
            yield worker
        except Stopped:
            self._worker = None
            raise
        finally:
            self.left -= time.monotonic() - start

    def _ready(self) -> Worker:
        if self._worker is None:
            self._worker = Worker(
                imports=self.bundle.imports, limits=self.limits, sandbox=self.sandbox
            )
            self._worker.deadline = time.monotonic() + self.limits.cell
            for source, name in self._ran:
                try:
                    self._worker.execute(source, name)
                except Stopped:
                    self._worker = None
                    raise
                except Exception:
                    continue  # it raised the first time too, and was told then
        return self._worker


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
    line = getattr(error, "learners_line", None)
    if line is None:
        frames = traceback.extract_tb(error.__traceback__)
        numbers = [frame.lineno for frame in frames if frame.filename.startswith(TEST)]
        line = f"line {numbers[-1]} of the test" if numbers else ""
    kind = type(error).__name__
    return Raised("Exception" if kind in OURS else kind, str(error), line)
