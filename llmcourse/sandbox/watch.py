"""A thread that looks at the worker's processes, and ends them when they take too much.

The kernel limits each process; that all of them together stay in bounds is seen here, whatever the
trusted side is doing meanwhile. Memory counts as it is held, so what several share counts for each:
processes that begin others without an end reach that limit before the number that the kernel lets
them have, and it is said how many they were. What is left out: time, which the one who waits for an
answer measures.
"""

import subprocess
import threading

import psutil

from llmcourse.sandbox.limits import Limits

LOOK = 0.25  # seconds between two looks
GONE = 5  # seconds for a sandbox to end
OWN = 8  # processes and threads of the sandbox itself, at most
WALLS = 2  # processes around the worker in the sandbox


class Watch:
    """Looks after a process and all that it begins, from now until `end`."""

    def __init__(self, process: subprocess.Popen, limits: Limits, *, sandbox: bool):
        self.process, self.limits, self.sandbox = process, limits, sandbox
        self.why = ""  # the processes were ended, in words for the learner
        self.crowd = ""  # at the last look they were as many as they may be, in such words
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """End every process, and wait until they are gone. Twice is no harm."""
        self._over.set()
        self._thread.join()
        self._kill()
        self.process.wait()

    def _run(self) -> None:
        while not self._over.wait(LOOK):
            if why := self._too_much():
                self.why = why
                self._kill()
                return

    def _too_much(self) -> str:
        processes = self._processes()
        memory = count = 0
        for process in processes:
            try:
                memory += process.memory_info().rss
                count += process.num_threads()
            except psutil.Error:
                continue  # it has ended meanwhile
        many = f"Your code began more than {self.limits.processes} processes or threads."
        self.crowd = many if count >= self.limits.processes else ""  # the kernel refuses more
        if count > self.limits.processes + OWN:
            return many
        if memory > self.limits.memory:
            taken = f"more than {self.limits.memory / 2**30:.1f} GB of memory"
            if (begun := len(processes) - 1 - (WALLS if self.sandbox else 0)) > 0:
                return self.crowd or f"Your code began {_some(begun)}: together they took {taken}."
            return f"Your code took {taken}."
        return ""

    def _kill(self) -> None:
        """All of them; in the sandbox by its first process, which the kernel lets none outlive."""
        processes = self._processes()
        if self.sandbox and len(processes) > 1:
            _end(processes[1])
            try:
                self.process.wait(GONE)  # bubblewrap, which waits for that one
            except subprocess.TimeoutExpired:
                processes = self._processes()
        for process in processes:
            _end(process)

    def _processes(self) -> list[psutil.Process]:
        if self.process.poll() is not None:
            return []
        try:
            process = psutil.Process(self.process.pid)
            return [process, *process.children(recursive=True)]
        except psutil.Error:
            return []


def _some(number: int) -> str:
    """
    >>> _some(1), _some(30)
    ('another process', '30 processes')
    """
    return "another process" if number == 1 else f"{number} processes"


def _end(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return  # it has ended meanwhile
