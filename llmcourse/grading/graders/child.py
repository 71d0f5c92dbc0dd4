"""A process that grades one submission after another, for another process of this machine.

That is for hosts that can't have the pool of `processes` themselves: a worker of Dask is not
allowed children of `multiprocessing`, runs tasks in threads, and holds other people's tasks. The
child is a Python of its own with such a pool of one, so each submission still gets a fork that is
gone afterwards. It ends with the process that began it, and by itself when nothing is to be done
for a while. Run as `python -m llmcourse.grading.graders.child FD`.
"""

import multiprocessing
import os
import queue
import subprocess
import sys
import threading
from multiprocessing.connection import Connection

from llmcourse.grading.graders.processes import GRACE, Answer, Graders, Work
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.sandbox.limits import Limits

IDLE = 60.0  # seconds without work after which it ends
QUIET = ("-W", "ignore:resource_tracker")  # what it held when it was ended is cleared up, not news


class Child:
    """The process, as whoever begins it sees it."""

    def __init__(self, bundle: Bundle, limits: Limits, sandbox: bool, *, idle: float = IDLE):
        """Begin it; what it grades by is the same for all its submissions."""
        # Twice as long as a grader may take, and each is tried again once; then Python's start.
        self._seconds = 2 * (2 * limits.wall + GRACE) + GRACE
        self._pipe, theirs = multiprocessing.Pipe()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, *QUIET, "-m", __name__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for the one that began it
            )
        self._pipe.send((bundle, limits, sandbox, idle))

    def grade(self, work: Work) -> Answer | None:
        """What a grader gives back; None where the child is gone."""
        try:
            self._pipe.send(work)
            return self._pipe.recv() if self._pipe.poll(self._seconds) else None
        except (EOFError, OSError):
            return None

    @property
    def is_running(self) -> bool:
        """Whether it can be given work."""
        return self._process.poll() is None

    def end(self) -> None:
        """End it with all that it has begun, whatever it is doing. Twice is no harm."""
        self._process.kill()
        self._process.wait()


def main(pipe: Connection) -> None:
    """In the child: grade what comes through the pipe, until nothing does."""
    bundle, limits, sandbox, idle = pipe.recv()
    works: queue.Queue[Work] = queue.Queue()
    threading.Thread(target=_read, args=(pipe, works), daemon=True).start()
    with Graders(bundle, 1, limits, sandbox, None) as graders:
        while True:
            try:
                work = works.get(timeout=idle)
            except queue.Empty:
                return
            for _, answer in graders.graded([work]):
                pipe.send(answer)


def _read(pipe: Connection, works: "queue.Queue[Work]") -> None:
    """Take in work. At the pipe's end the one who asked is gone, and graders end with this one."""
    try:
        while True:
            works.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(1)


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
