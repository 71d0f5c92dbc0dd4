"""The trusted side of the pipe: a worker that is started, asked, watched and ended.

Every answer is read with a time limit and a size limit, and unpacked without running anything. A
worker that is late, dead, too large or answers out of turn is killed with all its processes, and
what was under way ends in `Stopped`, which no test catches. What is left out: what to do then.

What crosses the pipe (`wire` says in which bytes): the worker says {"ready": True} once, unasked.
Then each request is answered before the next is sent, and the answer has the request's `id`.

    do        with                                   value of the answer
    execute   source, name                           None, when the cell has run
    defined   names                                  which of the names the cells have defined
    forget                                           None, when the namespace is empty
    ask       what, path, args, kwargs (, upstream)  what the function `what` of
                                                     `llmcourse.checking` gives for the object at
                                                     `path`; of `construct` and `iterate` a number,
                                                     by which the thing that stays there is known
    next      held                                   the next value of the generator of that number

`path` is a name of the cells, or such a number, and the attributes that follow. In place of `value`
an answer may have `raised`: names of the exception's classes, its message, the line of a cell that
raised it; or, to `next`, `end`.
"""

import os
import select
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from llmcourse.checking import Elsewhere, Mismatch
from llmcourse.sandbox.bubblewrap import ENVIRONMENT, command
from llmcourse.sandbox.calls import call_filter
from llmcourse.sandbox.limits import DEFAULT, GONE, TOO_LONG, Limits
from llmcourse.sandbox.watch import Watch
from llmcourse.sandbox.wire import Malformed, pack, unpack

START = 60  # seconds for Python and its libraries


class Stopped(BaseException):
    """The worker is gone, and why: in words for the learner. No `except Exception` catches it."""


class Unavailable(RuntimeError):
    """The worker can't be started: no fault of the learner's."""


class Worker:
    """A process that runs the learner's code, and the only way to it.

    Its time is set by `within`; until then it has what a start may take.

    >>> from llmcourse.checking import call
    >>> with Worker(imports=["torch"]) as worker:
    ...     worker.within(20)
    ...     worker.execute("def double(x): return 2 * x", "cell double")
    ...     call(worker.name("double"), 4)
    8
    """

    def __init__(
        self, *, imports: Sequence[str] = (), limits: Limits = DEFAULT, sandbox: bool = True
    ):
        self.limits = limits
        self.within(START)
        self._asked = 0  # requests so far: the last one's id
        self._last_words = ""  # what it wrote to stderr before it ended
        theirs, self._requests = os.pipe()
        self._answers, ours = os.pipe()
        calls = _pipe_with(call_filter()) if sandbox else None
        orders = {
            "requests": theirs,
            "answers": ours,
            "preload": [name for name in imports if name == "torch"],
        }
        try:
            self._process = subprocess.Popen(
                command(orders, imports=imports, limits=limits, sandbox=sandbox, calls=calls),
                env=ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,  # not a file: a file could be filled from within
                pass_fds=[fd for fd in (theirs, ours, calls) if fd is not None],
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._requests)
            os.close(self._answers)
            raise Unavailable(f"the worker did not start: {error}") from None
        finally:
            for fd in (theirs, ours, calls):
                if fd is not None:
                    os.close(fd)
        self._watch = Watch(self._process, limits, sandbox=sandbox)
        try:
            self._receive()
        except Stopped as stopped:
            raise Unavailable(f"the worker did not start: {self._last_words or stopped}") from None
        except BaseException:  # somebody pressed Ctrl-C
            self.close()
            raise

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker and every process that it has begun. Twice is no harm."""
        if self._requests < 0:
            return
        self._watch.end()
        for pipe in (self._requests, self._answers):
            os.close(pipe)
        self._requests = self._answers = -1
        os.set_blocking(self._process.stderr.fileno(), False)  # in case that somebody has its end
        words = self._process.stderr.read(2000) or b""
        self._last_words = words.decode(errors="replace").strip()
        self._process.stderr.close()

    def within(self, seconds: float | int) -> None:
        """All that is asked from now on must be answered before so many seconds are over."""
        self._end = time.monotonic() + seconds

    def forget(self) -> None:
        """Begin with an empty namespace, in the same process."""
        self.ask("forget")

    def execute(self, source: str, name: str) -> None:
        """Run a cell. Raises what it raised, as an exception made from names and a message."""
        self.ask("execute", source=source, name=name)

    def defined(self, names: Sequence[str]) -> list[bool]:
        """Which of the names the cells have defined."""
        return self.ask("defined", names=list(names))

    def name(self, name: str) -> "Remote":
        """The object of that name, for the functions of `llmcourse.checking`."""
        return Remote(self, [name], name)

    def ask(self, do: str, **fields: Any) -> Any:
        """Send one request and wait for its answer. Raises what was raised there, or `Stopped`."""
        if self._requests < 0:
            raise Stopped(GONE)
        self._asked += 1
        self._send(pack({"do": do, "id": self._asked, **fields}))
        answer = self._receive()
        if answer.get("id") != self._asked:
            self._stop("Your code answered in place of the worker.")
        if "raised" in answer:
            raise exception(answer["raised"])
        if do == "next" and answer.get("end") is True:
            raise StopIteration
        if "value" not in answer:
            self._stop("Your code answered in place of the worker.")
        return answer["value"]

    def _send(self, message: bytes) -> None:
        os.set_blocking(self._requests, False)
        left = memoryview(message)
        while left:
            self._wait(write=True)
            try:
                left = left[os.write(self._requests, left) :]
            except BlockingIOError:
                continue
            except OSError:
                self._stop(GONE)

    def _receive(self) -> dict[str, Any]:
        head = self._read(8)
        length = int.from_bytes(head, "big")
        if length > self.limits.message:
            self._stop(f"Your code gave a value of more than {self.limits.message / 2**20:.0f} MB.")
        try:
            answer = unpack(head + self._read(length))
        except Malformed:
            answer = None
        if not isinstance(answer, dict):
            self._stop("Your code answered in place of the worker.")
        return answer

    def _read(self, length: int) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._wait(write=False)
            part = os.read(self._answers, min(length - len(parts), 1 << 20))
            if not part:
                self._stop(GONE)
            parts += part
        return bytes(parts)

    def _wait(self, *, write: bool) -> None:
        """Until the pipe is ready."""
        left = self._end - time.monotonic()
        reading = [] if write else [self._answers]
        writing = [self._requests] if write else []
        if left <= 0 or not any(select.select(reading, writing, [], left)[:2]):
            self._stop(self._watch.crowd or TOO_LONG)

    def _stop(self, why: str) -> NoReturn:
        """End the worker, and say why: what the watch saw, if it saw something, else `why`."""
        self.close()
        raise Stopped(self._watch.why or why)


def _pipe_with(data: bytes | None) -> int | None:
    """The end of a pipe at which these few bytes can be read."""
    if data is None:
        return None
    out, into = os.pipe()
    os.write(into, data)
    os.close(into)
    return out


class Remote(Elsewhere):
    """What stands in the tests' namespace for a thing of the learner's: a path to it, no more."""

    def __init__(self, worker: Worker, path: list[str | int], qualname: str):
        self._worker, self._path = worker, path
        self.__qualname__ = qualname

    def __getattr__(self, name: str) -> "Remote":
        """An attribute, which nobody looks up before it is used."""
        if name.startswith("__"):
            raise AttributeError(name)
        return Remote(self._worker, [*self._path, name], f"{self.__qualname__}.{name}")

    def ask(self, what: str, args: Any = (), kwargs: Any = None, **options: Any) -> Any:
        """What the worker gives; a handle as another of these, a generator step by step."""
        given = self._worker.ask(
            "ask",
            what=what,
            path=self._path,
            args=list(args),
            kwargs=kwargs or {},
            **options,
        )
        if what == "construct":
            return Remote(self._worker, [given], self.__qualname__)
        if what == "iterate":
            return self._steps(given)
        return given

    def _steps(self, number: int) -> Iterator[Any]:
        while True:
            try:
                value = self._worker.ask("next", held=number)
            except StopIteration:
                return
            yield value


def exception(told: Any) -> Exception:
    """An exception of the learner's code, made again from its names. No class of theirs is loaded.

    It has the names of its classes, so that a test can ask for a ValueError, and the line of the
    learner's that raised it.
    """
    names, message, line = _checked(told)
    if names[0] in ("Mismatch", "NotImplementedError"):
        error = (Mismatch if names[0] == "Mismatch" else NotImplementedError)(message)
    else:
        made: type[Exception] = Exception
        for name in reversed(names):
            if name not in ("object", "BaseException", "Exception", "StopIteration"):
                made = type(name, (made,), {"__qualname__": name})
        error = made(message)
    error.learners_line = line
    return error


def _checked(told: Any) -> tuple[list[str], str, str]:
    """Names that are names, and texts that are texts, whatever was sent."""
    if not isinstance(told, dict):
        return ["RuntimeError"], "", ""
    given = told.get("names")
    names = [n for n in given if isinstance(n, str)] if isinstance(given, list) else []
    names = [n[:80] for n in names[:20] if n.isidentifier()] or ["RuntimeError"]
    message, line = told.get("message"), told.get("line")
    return (
        names,
        message[:4000] if isinstance(message, str) else "",
        line[:300] if isinstance(line, str) else "",
    )
