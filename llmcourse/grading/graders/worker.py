"""The part of grading that runs in a worker of a Dask cluster.

The worker's own process grades nothing: it gives each submission to a child (see `child`), so that
no submission can change, block or fill it, and many threads of one worker don't meet in one
environment. A child serves one run of `llmcourse grade`, its session. Back to the instructor's
machine goes a text, JSON with strings in it. Left out: what is graded, and what becomes of it.
"""

import dataclasses
import functools
import hashlib
import json
import threading
from pathlib import Path

import llmcourse
from llmcourse.errors import UserError
from llmcourse.grading.graders.child import Child
from llmcourse.grading.graders.processes import DIED, Answer, Work
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.sandbox.bubblewrap import refuse_without_bubblewrap
from llmcourse.sandbox.limits import Limits

OTHER = "The worker that was to grade it has another version of llmcourse."
STOPPED = "Grading was stopped."


class _Session:
    """The children that this worker has for one run of the command."""

    def __init__(self) -> None:
        self.is_over = False
        self._lock = threading.Lock()
        self._all: set[Child] = set()
        self._idle: list[Child] = []

    def grade(self, bundle: Bundle, work: Work, limits: Limits, sandbox: bool) -> Answer:
        for _ in range(2):  # the first may have ended because it had nothing to do
            child = self._taken(bundle, limits, sandbox)
            if child is None:
                return Answer(problem=STOPPED)
            answer = child.grade(work)
            if answer is not None:
                with self._lock:
                    self._idle.append(child)
                return answer
            self._end(child)
        return Answer(problem=STOPPED if self.is_over else DIED)

    def end(self) -> None:
        with self._lock:
            self.is_over = True
            children = list(self._all)
        for child in children:
            child.end()

    def _taken(self, bundle: Bundle, limits: Limits, sandbox: bool) -> Child | None:
        """A child that has nothing to do, a new one if there is none; None if all is over."""
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_running:
                    return child
                self._all.discard(child)
            if self.is_over:
                return None
            child = Child(bundle, limits, sandbox)
            self._all.add(child)
            return child

    def _end(self, child: Child) -> None:
        child.end()
        with self._lock:
            self._all.discard(child)


_sessions: dict[str, _Session] = {}


def grade(
    bundle: Bundle,
    *,
    content: bytes,
    seed: str,
    limits: Limits,
    sandbox: bool,
    session: str,
    code: str,
) -> str:
    """The task: grade one submission. What goes wrong here is told, and is not a grade."""
    try:
        if code != code_hash():
            answer = Answer(problem=OTHER)
        else:
            # One step, so that no two threads make the same session.
            mine = _sessions.setdefault(session, _Session())
            answer = mine.grade(bundle, Work(0, content, seed), limits, sandbox)
    except Exception as error:
        answer = Answer(problem=f"It could not be graded: {type(error).__name__}: {error}")
    return json.dumps(dataclasses.asdict(answer))


def end(session: str) -> None:
    """End the children of a session, and let it have no others."""
    _sessions.setdefault(session, _Session()).end()


def state(sandbox: bool) -> str:
    """What the instructor's machine must know of this worker before it sends anything."""
    problem = ""
    if sandbox:
        try:
            refuse_without_bubblewrap()
        except UserError as error:
            problem = str(error)
    return json.dumps({"code": code_hash(), "problem": problem})


@functools.cache
def code_hash() -> str:
    """The sha256 of this package's code: two machines that differ in it may grade differently."""
    package = Path(llmcourse.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(package).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()
