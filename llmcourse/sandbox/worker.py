"""The side that runs the learner's code: inside the sandbox, with nothing that is worth stealing.

It reads requests from one pipe and answers on another: run this cell, call that function with these
values. What a request asks is done by the functions of `llmcourse.checking`, the very ones that a
self-check uses, so both say the same. Nothing here defends itself against the learner's code, which
shares this process and may forge any answer: a forged value is a wrong one, because the expected
values are never here. What is left out: whatever is judged.

Run as a script with one argument, the JSON of what `bubblewrap.py` has to say.
"""

import ast
import asyncio
import ctypes
import importlib
import json
import linecache
import os
import resource
import signal
import sys
import traceback
import types
from collections.abc import Iterator
from typing import Any, BinaryIO

MOST_MESSAGE = 4_000  # characters of an exception
DIE_WITH_PARENT = 1  # prctl(2): PR_SET_PDEATHSIG


class Worker:
    """The namespace in which the cells run, and the objects that tests hold by number."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin with an empty namespace."""
        self.module = types.ModuleType("__main__")  # where classes of the cells say they are from
        self.module.__dict__.update(display=_nothing, get_ipython=_nothing)
        sys.modules["__main__"] = self.module
        self.held: list[Any] = []

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """What the request gives, or what it raised."""
        try:
            if request["do"] == "execute":
                return {"value": self.execute(request["source"], request["name"])}
            if request["do"] == "defined":
                return {"value": [name in self.module.__dict__ for name in request["names"]]}
            if request["do"] == "forget":
                return {"value": self.forget()}
            if request["do"] == "next":
                return self.step(request["held"])
            return {"value": self.ask(request)}
        except BaseException as error:  # SystemExit too: it ends a cell, not this
            return {"raised": _told(error)}

    def execute(self, source: str, name: str) -> None:
        """Run a cell."""
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as in every notebook
        linecache.cache[name] = (len(source), None, source.splitlines(True), name)
        code = compile(source, name, "exec", flags=flags, dont_inherit=True)
        if code.co_flags & 0x80:  # a coroutine
            asyncio.run(eval(code, self.module.__dict__))
        else:
            exec(code, self.module.__dict__)

    def ask(self, request: dict[str, Any]) -> Any:
        """Do what the function of `checking` with that name does, with the object at the path."""
        from llmcourse import checking

        target = self._at(request["path"])
        what, args, kwargs = request["what"], request["args"], request["kwargs"]
        if what == "observe":
            return list(checking.observe(target, *args, **kwargs))
        if what == "grad":
            return list(checking.grad(target, *args, upstream=request["upstream"], **kwargs))
        if what == "construct":
            return self._hold(checking.construct(target, *args, **kwargs))
        if what == "iterate":
            return self._hold(checking.iterate(target, *args, **kwargs))
        if what == "outcome":
            return checking.outcome(target, *args, **kwargs)
        if what == "params":
            return checking.params(target)
        if what == "load_params":
            return checking.load_params(target, *args)
        raise ValueError(f"no such question: {what}")

    def step(self, number: int) -> dict[str, Any]:
        """The next value of a generator, or its end."""
        try:
            return {"value": next(self.held[number])}
        except StopIteration:
            return {"end": True}

    def _hold(self, value: Any) -> int:
        self.held.append(value)
        return len(self.held) - 1

    def _at(self, path: list[str | int]) -> Any:
        """A name of the cells, or a held object by number; then its attributes."""
        first, *names = path
        if isinstance(first, int):
            found = self.held[first]
        elif first in self.module.__dict__:
            found = self.module.__dict__[first]
        else:
            raise NameError(f"name {first!r} is not defined")
        for name in names:
            found = getattr(found, name)
        return found


def _nothing(*_args: Any, **_kwargs: Any) -> None:
    """In place of what only a notebook has."""


def _told(error: BaseException) -> dict[str, Any]:
    """An exception as plain values: its type by names, its message, the last line of a cell."""
    try:
        message = str(error)[:MOST_MESSAGE]
    except Exception as other:
        message = f"(its message can't be shown: {type(other).__name__})"
    names = [cls.__name__ for cls in type(error).__mro__][:20]
    if isinstance(error, SyntaxError):
        line = f"line {error.lineno}" if error.lineno else ""
        return {"names": names, "message": str(error.msg)[:MOST_MESSAGE], "line": line}
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.line for frame in frames if frame.filename.startswith("cell ")]
    return {"names": names, "message": message, "line": (lines[-1] or "")[:300] if lines else ""}


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    from llmcourse.sandbox.wire import MOST_TEXT, pack, unpack

    worker = Worker()
    answers.write(pack({"ready": True}))
    answers.flush()
    for message in _messages(requests):
        request = unpack(message, most=None)
        answer = worker.answer(request)
        try:
            packed = pack({"id": request["id"], **answer}, most=MOST_TEXT)
        except (TypeError, ValueError) as error:
            packed = pack({"id": request["id"], "raised": _told(error)})
        answers.write(packed)
        answers.flush()


def _messages(requests: BinaryIO) -> Iterator[bytes]:
    while len(head := requests.read(8)) == 8:
        yield head + requests.read(int.from_bytes(head, "big"))


def confine(user: int | None, limits: dict[str, int | None]) -> None:
    """Take from this process what it doesn't need, before the learner's first line."""
    for kind, most in {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }.items():
        if most is not None:
            resource.setrlimit(kind, (most, most))
    if user is not None:  # started by root: become a user that nobody else is, without its powers
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def main() -> None:
    """Begin: the libraries first, which takes the time; then the confinement, then the service."""
    orders = json.loads(sys.argv[1])
    sys.path.insert(0, orders["library"])
    sys.argv = [""]
    import llmcourse.sandbox.wire  # noqa: F401

    for name in orders["preload"]:
        importlib.import_module(name)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
    confine(orders["user"], orders["limits"])
    serve(os.fdopen(orders["requests"], "rb"), os.fdopen(orders["answers"], "wb"))


if __name__ == "__main__":
    main()
