"""What the worker does with a request, and how little it keeps for itself."""

import sys
import types
from concurrent.futures import ThreadPoolExecutor

import pytest

from llmcourse.checking import call
from llmcourse.sandbox.limits import Limits
from llmcourse.sandbox.remote import Worker as Started
from llmcourse.sandbox.wire import MOST_TEXT, pack, unpack
from llmcourse.sandbox.worker import MOST_MESSAGE, Worker, serve
from tests.bubblewrap import needs_bubblewrap


@pytest.fixture
def worker(monkeypatch):
    """A worker in this process."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # and put back
    return Worker()


def run(worker, source):
    """What a cell with this source is answered."""
    return worker.answer({"do": "execute", "source": source, "name": "cell one"})


def value(worker, expression):
    """What `f` gives for nothing, where it returns this."""
    assert run(worker, f"def f(): return {expression}") == {"value": None}
    question = {"do": "ask", "what": "observe", "path": ["f"], "args": [], "kwargs": {}}
    return worker.answer(question)["value"][0]


def test_a_cell_leaves_what_it_defined(worker):
    run(worker, "a = 3\ndef b(): return a")

    assert value(worker, "b() + 1") == 4
    answer = worker.answer({"do": "defined", "names": ["a", "b", "c"]})
    assert answer == {"value": [True, True, False]}


def test_a_cell_may_await_and_display(worker):
    source = "import asyncio\na = await asyncio.sleep(0, 5)\ndisplay(a)"
    with ThreadPoolExecutor(1) as thread:  # this one may have a loop of its own, for a browser
        assert thread.submit(run, worker, source).result() == {"value": None}
    assert value(worker, "a") == 5
    assert value(worker, "get_ipython()") is None


def test_classes_are_of_main(worker):
    assert value(worker, "type('C', (), {}).__module__") == "__main__"
    assert value(worker, "__name__") == "__main__"


def test_an_empty_namespace_after_forget(worker):
    run(worker, "a = 3")
    worker.answer({"do": "forget"})

    assert worker.answer({"do": "defined", "names": ["a", "display"]}) == {"value": [False, True]}


@pytest.mark.parametrize(
    ("source", "name", "message", "line"),
    [
        ("x = 1\n1 / 0", "ZeroDivisionError", "division by zero", "1 / 0"),
        ("a = ", "SyntaxError", "invalid syntax", "line 1"),
        ("raise SystemExit(3)", "SystemExit", "3", "raise SystemExit(3)"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", "", "raise KeyboardInterrupt"),
        ("import torch_of_nobody", "ModuleNotFoundError", "No module named", "import"),
        ("a = '\ud800'", "UnicodeEncodeError", "surrogates not allowed", ""),
        ("raise ValueError('a' * 99_999)", "ValueError", "a" * MOST_MESSAGE, "raise"),
        (
            "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E",
            "E",
            "can't be shown: ZeroDivisionError",
            "raise E",
        ),
    ],
)
def test_what_a_cell_raised_is_told(source, name, message, line, worker):
    told = run(worker, source)["raised"]

    assert told["names"][0] == name
    assert message in told["message"]
    assert len(told["message"]) <= MOST_MESSAGE
    assert told["line"].startswith(line)


def test_a_generator_gives_one_value_at_a_time(worker):
    run(worker, "def f(n):\n    for i in range(n): yield i")
    asked = {"do": "ask", "what": "iterate", "path": ["f"], "args": [2], "kwargs": {}}
    held = worker.answer(asked)["value"]
    steps = [worker.answer({"do": "next", "held": held}) for _ in range(3)]

    assert steps == [{"value": 0}, {"value": 1}, {"end": True}]


def test_what_nobody_may_ask_is_an_error(worker):
    asked = {"do": "ask", "what": "eval", "path": ["display"], "args": [], "kwargs": {}}

    assert worker.answer(asked)["raised"]["names"][0] == "ValueError"
    assert worker.answer({"do": "next", "held": 99})["raised"]["names"][0] == "IndexError"
    assert worker.answer({})["raised"]["names"][0] == "KeyError"


def test_requests_are_answered_in_their_order(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    source = (
        f"def long(): return 'a' * {MOST_TEXT}\n"
        "def deep():\n    a = []\n    for _ in range(9999): a = [a]\n    return a"
    )
    asked = {"do": "ask", "what": "outcome", "args": [], "kwargs": {}}
    requests = [
        {"id": 1, "do": "execute", "source": source, "name": "cell one"},
        {"id": 2, "do": "defined", "names": ["long"]},
        {"id": 3, **asked, "what": "observe", "path": ["long"]},
        {"id": 4, **asked, "what": "observe", "path": ["deep"]},
        {"id": 5, "do": "defined", "names": ["long"]},
    ]
    asking, answering = tmp_path / "requests", tmp_path / "answers"
    asking.write_bytes(b"".join(map(pack, requests)))
    with asking.open("rb") as reads, answering.open("wb") as writes:
        serve(reads, writes)
    given = _messages(answering.read_bytes())

    assert given[0] == {"ready": True}
    assert [answer["id"] for answer in given[1:]] == [1, 2, 3, 4, 5]
    assert given[2] == given[5] | {"id": 2} == {"id": 2, "value": [True]}
    assert "more than 2 MB" in given[3]["raised"]["message"]
    assert given[4]["raised"]["names"][0] in ("RecursionError", "ValueError")


@needs_bubblewrap
@pytest.mark.parametrize("sandbox", [True, False])
def test_a_started_worker_is_confined(sandbox):
    limits = Limits(memory=768 * 1024**2, processes=20, disk=1024**2)
    with Started(limits=limits, sandbox=sandbox) as started:
        started.within(30)
        started.execute(
            "import os, resource, sys\n"
            "def limit(name): return list(resource.getrlimit(getattr(resource, name)))\n"
            "def streams(): return [os.readlink(f'/proc/self/fd/{n}') for n in range(3)]\n"
            "def orders(): return sys.argv\n",
            "cell one",
        )
        asked = {n: call(started.name("limit"), f"RLIMIT_{n}") for n in ("AS", "FSIZE", "CORE")}
        processes = call(started.name("limit"), "RLIMIT_NPROC")

        assert asked == {"AS": [limits.memory] * 2, "FSIZE": [limits.disk] * 2, "CORE": [0, 0]}
        assert (processes == [20, 20]) == sandbox
        assert call(started.name("streams")) == ["/dev/null"] * 3
        assert call(started.name("orders")) == [""]


def _messages(data: bytes) -> list:
    given = []
    while data:
        length = 8 + int.from_bytes(data[:8], "big")
        given.append(unpack(data[:length]))
        data = data[length:]
    return given


def test_the_namespace_is_a_module(worker):
    assert isinstance(worker.module, types.ModuleType)
    assert sys.modules["__main__"] is worker.module
