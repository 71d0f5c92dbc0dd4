"""A worker is asked, watched and ended; what it says is taken for what it is."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from llmcourse.checking import Mismatch, call, construct, grad, iterate, observe, params, raises
from llmcourse.sandbox import remote
from llmcourse.sandbox.limits import Limits
from llmcourse.sandbox.remote import Remote, Stopped, Unavailable, Worker, exception
from tests.bubblewrap import needs_bubblewrap

pytestmark = needs_bubblewrap
SMALL = Limits(memory=512 * 1024**2, processes=16, message=1024**2)
CELL = """
import os
def double(x): return 2 * x
def clear(values): values.clear()
def squares(n):
    for i in range(n): yield i * i
def wrong(x): raise KeyError(x)
def odd(): return object()
class Sum:
    def __init__(self, start=0): self.n = start
    def push(self, k):
        self.n += k
        return self.n
"""
EVERY_PIPE = "import os\nfor fd in range(3, 64):\n  try:"


@pytest.fixture(scope="module")
def worker():
    """One worker, in which a cell was run."""
    with Worker(limits=SMALL) as started:
        started.within(60)
        started.execute(CELL, "cell one")
        yield started


@pytest.fixture(autouse=True)
def _in_time(request):
    if "worker" in request.fixturenames:
        request.getfixturevalue("worker").within(60)


def test_the_functions_of_checking_reach_the_code_there(worker):
    assert call(worker.name("double"), [1, "a"]) == [1, "a", 1, "a"]
    assert observe(worker.name("clear"), [1, 2]) == (None, [[]], {})
    assert list(iterate(worker.name("squares"), 4)) == [0, 1, 4, 9]
    one, other = construct(worker.name("Sum")), construct(worker.name("Sum"), start=10)
    assert [call(one.push, 1), call(other.push, 2), call(one.push, 3)] == [1, 12, 4]
    raises("KeyError", worker.name("wrong"), "a")
    assert worker.defined(["double", "half"]) == [True, False]


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda w: call(w.name("odd")), "object is no plain value"),
        (lambda w: iterate(w.name("double"), 2), "expected a generator"),
        (lambda w: params(w.name("double")), "has no parameters"),
        (lambda w: raises("KeyError", w.name("double"), 2), "gave 4; expected KeyError"),
    ],
)
def test_a_mismatch_there_is_one_here(ask, expected, worker):
    with pytest.raises(Mismatch, match=expected):
        ask(worker)


def test_an_exception_there_has_its_name_and_line_here(worker):
    with pytest.raises(Exception, match="'a'") as caught:
        call(worker.name("wrong"), "a")

    assert [c.__name__ for c in type(caught.value).__mro__[:3]] == [
        "KeyError",
        "LookupError",
        "Exception",
    ]
    assert caught.value.learners_line == "def wrong(x): raise KeyError(x)"


def test_a_name_that_is_not_there_and_a_direct_call_are_refused(worker):
    with pytest.raises(Exception, match="name 'half' is not defined"):
        call(worker.name("half"), 2)
    with pytest.raises(TypeError, match="by `call` or `construct`"):
        worker.name("double")(2)


def test_what_was_defined_can_be_forgotten():
    with Worker(limits=SMALL) as started:
        started.execute("a = 1", "cell one")
        started.forget()

        assert started.defined(["a"]) == [False]


def test_a_source_of_megabytes_is_run(worker):
    worker.execute("long = '" + "é" * 3_000_000 + "'", "cell long")

    assert worker.defined(["long"]) == [True]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("while True: pass", "too long"),
        ("import os; os._exit(3)", "ended the Python"),
        ("import os; os.closerange(3, 99)", "ended the Python"),
        (f"{EVERY_PIPE} os.write(fd, bytes(99))\n  except OSError: pass", "in place of"),
        (f"{EVERY_PIPE} os.write(fd, bytes([9]) * 99)\n  except OSError: pass", "more than 1 MB"),
    ],
)
def test_a_worker_that_fails_is_stopped_and_said_so(source, why):
    with Worker(limits=SMALL) as started:
        started.within(3)
        with pytest.raises(Stopped, match=why):
            started.execute(source, "cell one")

        with pytest.raises(Stopped):
            started.execute("a = 1", "cell two")


@pytest.mark.parametrize(
    "answer", [{}, {"value": 6}, {"id": 99, "value": 6}, {"id": "2", "value": 6}, {"id": 2}, [6]]
)
def test_an_answer_to_another_question_stops_the_worker(answer):
    with Worker(limits=SMALL) as started:
        started.execute(
            "import os\n"
            "from llmcourse.sandbox.wire import pack\n"
            "def forge(answer):\n"
            "    for fd in range(3, 64):\n"
            "        try: os.write(fd, pack(answer))\n"
            "        except OSError: pass\n",
            "cell one",
        )
        with pytest.raises(Stopped, match="in place of the worker"):
            call(started.name("forge"), answer)


def test_a_value_above_the_limit_stops_the_worker():
    with Worker(limits=SMALL) as started:
        started.execute("def many(): return bytes(2 << 20)", "cell one")
        with pytest.raises(Stopped, match="more than 1 MB"):
            call(started.name("many"))


def test_memory_of_all_processes_counts_while_nobody_waits_for_an_answer():
    with Worker(limits=SMALL) as started:
        started.within(30)
        started.execute(
            "import os, time\n"
            "for _ in range(9):\n"
            "    if not os.fork():\n"
            "        kept = bytearray(b'a') * (90 << 20)\n"
            "        time.sleep(600)\n",
            "cell one",
        )
        end = time.monotonic() + 20
        while started._process.poll() is None and time.monotonic() < end:
            time.sleep(0.1)  # as a test of ours would compute

        said = r"began \d processes: together they took more than 0\.5 GB of memory"
        with pytest.raises(Stopped, match=said):
            started.execute("a = 1", "cell two")


FORKS = """
import os
def bomb():
    while True:
        try:
            os.fork()
        except OSError:
            pass
"""


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        # Each shares the memory of the first; that counts for each, and is not what went wrong.
        (
            Limits(processes=64, memory=512 * 1024**2),
            r"^Your code began (more than 64|\d+) processes",
        ),
        # So small that only the kernel's own limit holds them: then it is they, not the time.
        (Limits(processes=8), "^Your code began more than 8 processes or threads"),
    ],
)
def test_processes_without_an_end_are_called_so(limits, said):
    with Worker(limits=limits) as started:
        started.within(30)
        started.execute(FORKS, "cell one")
        started.within(4)
        with pytest.raises(Stopped, match=said):
            call(started.name("bomb"))


def test_memory_of_one_process_is_called_so():
    with Worker(limits=Limits(memory=512 * 1024**2)) as started:
        started.within(30)
        held = f"kept = bytearray(b'a') * {400 << 20}"
        started.execute(held, "cell one")
        started._watch.limits = Limits(memory=256 * 1024**2)  # below the kernel's, for this test
        with pytest.raises(Stopped, match=r"^Your code took more than 0\.2 GB of memory\.$"):
            started.execute("import time; time.sleep(20)", "cell two")


def test_processes_and_threads_count_where_the_kernel_does_not():
    with Worker(limits=Limits(processes=8), sandbox=False) as started:
        started.within(30)
        started.execute(
            "import threading, time\n"
            "for _ in range(30): threading.Thread(target=time.sleep, args=(60,)).start()\n",
            "cell one",
        )
        with pytest.raises(Stopped, match="more than 8 processes or threads"):
            started.execute("time.sleep(20)", "cell two")


def test_closing_leaves_no_process(worker):
    marker = f"left-{os.getpid()}-{time.time_ns()}"
    with Worker(limits=SMALL) as started:
        started.execute(
            "import subprocess, sys\n"
            f"for _ in range(3): subprocess.Popen([sys.executable, '-c', "
            f"'import time; time.sleep(600)', '{marker}'], start_new_session=True)\n",
            "cell one",
        )
        assert _count(marker) > 0
    assert _count(marker) == 0
    started.close()  # twice is no harm


@pytest.mark.parametrize("sandbox", [True, False])
def test_a_grader_that_is_killed_leaves_no_worker(sandbox):
    marker = f"killed-{os.getpid()}-{time.time_ns()}"
    code = f"""
import sys, time
from llmcourse.sandbox.remote import Worker
worker = Worker(sandbox={sandbox})
name = "import ctypes; ctypes.CDLL(None).prctl(15, b'{marker[-15:]}')"  # as `ps` shows it
worker.execute(name, "cell one")
print("ready", flush=True)
worker.execute("while True: pass", "cell two")
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as grader:
        assert grader.stdout.readline() == b"ready\n"
        assert _named(marker[-15:]) > 0
        grader.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10
    while _named(marker[-15:]) and time.monotonic() < end:
        time.sleep(0.05)

    assert _named(marker[-15:]) == 0


def test_a_worker_that_can_not_start_is_unavailable(monkeypatch):
    monkeypatch.setattr(remote, "command", lambda *_, **__: ["sh", "-c", "echo no room >&2"])
    with pytest.raises(Unavailable, match="no room"):
        Worker()
    monkeypatch.setattr(remote, "command", lambda *_, **__: ["/nowhere/bwrap"])
    with pytest.raises(Unavailable, match="/nowhere/bwrap"):
        Worker()


def test_no_pipe_and_no_thread_is_left_behind():
    Worker(limits=SMALL).close()
    pipes, threads = psutil.Process().num_fds(), psutil.Process().num_threads()
    Worker(limits=SMALL).close()
    assert psutil.Process().num_fds() <= pipes  # fewer, where something of another test ends now
    assert psutil.Process().num_threads() <= threads


@pytest.mark.parametrize(
    ("told", "kind", "message"),
    [
        (None, "RuntimeError", ""),
        ({}, "RuntimeError", ""),
        ({"names": 3, "message": 4, "line": []}, "RuntimeError", ""),
        ({"names": ["a b", "", None, "x.y"], "message": "m"}, "RuntimeError", "m"),
        ({"names": ["Mismatch", "AssertionError"], "message": "m"}, "Mismatch", "m"),
        ({"names": ["StopIteration", "Exception"], "message": "m"}, "Exception", "m"),
        ({"names": ["SystemExit", "BaseException"], "message": "m"}, "SystemExit", "m"),
        ({"names": ["__class__", "class", "mro", "__new__"], "message": "m"}, "__class__", "m"),
        ({"names": ["A", "A", "A"], "message": "m" * 9999}, "A", "m" * 4000),
        ({"names": ["x" * 500] * 500, "message": "m"}, "x" * 80, "m"),
    ],
)
def test_whatever_is_told_of_an_exception_makes_an_ordinary_one(told, kind, message):
    error = exception(told)

    assert isinstance(error, Exception)
    assert not isinstance(error, StopIteration)
    assert (type(error).__name__, str(error)) == (kind, message)
    assert isinstance(error.learners_line, str)


@pytest.mark.parametrize(
    ("ask", "answer"),
    [(ask, answer) for ask in (observe, grad) for answer in (None, 7, [], [1], "abcd", {"a": 1})],
)
def test_an_answer_of_another_shape_is_an_ordinary_error(ask, answer, monkeypatch):
    odd = object.__new__(Worker)
    monkeypatch.setattr(odd, "ask", lambda *_, **__: answer, raising=False)
    there = Remote(odd, ["f"], "f")
    with pytest.raises(TypeError):
        ask(there, 1)


def _count(marker: str) -> int:
    found = 0
    for process in psutil.process_iter():
        try:
            found += any(marker in word for word in process.cmdline())
        except psutil.Error:
            continue
    return found


def _named(name: str) -> int:
    return sum(process.info["name"] == name for process in psutil.process_iter(["name"]))
