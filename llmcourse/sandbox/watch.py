"""A thread that looks at the worker's processes, and ends them when they take too much.

The kernel limits each process; that all of them together stay in bounds is seen here, whatever the
trusted side is doing meanwhile. Memory counts as it is held, so what several share counts for each.
What is left out: time, which the one who waits for an answer measures.
"""

import subprocess
import threading

import psutil

from llmcourse.sandbox.limits import Limits

LOOK = 0.25  # seconds between two looks
GONE = 5  # seconds for a sandbox to end
OWN = 8  # processes and threads of the sandbox itself


class Watch:
    """Looks after a process and all that it begins, from now until `end`."""

    def __init__(self, process: subprocess.Popen, limits: Limits, *, sandbox: bool):
        self.process, self.limits, self.sandbox = process, limits, sandbox
        self.why = ""  # the processes were ended, in words for the learner
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
        memory = count = 0
        for process in self._processes():
            try:
                memory += process.memory_info().rss
                count += process.num_threads()
            except psutil.Error:
                continue  # it has ended meanwhile
        if memory > self.limits.memory:
            return f"Your code took more than {self.limits.memory / 2**30:.1f} GB of memory."
        if count > self.limits.processes + OWN:
            return f"Your code began more than {self.limits.processes} processes or threads."
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


def _end(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return  # it has ended meanwhile
