"""What a learner may hand in to get more than was earned, and what it gets: nothing.

Every notebook here is graded by `grade_one` in the real sandbox. In each `first` is solved, and
keeps its points whatever `double` does.
"""

import dataclasses
import json
import os
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import llmcourse
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.submission import grade_one as grading
from llmcourse.grading.submission import sitting as sittings
from llmcourse.grading.submission.result import Result
from llmcourse.sandbox.limits import Limits
from llmcourse.sandbox.remote import Unavailable, Worker
from tests.bubblewrap import needs_bubblewrap
from tests.grading.conftest import SOLVED, STEP, make_repository
from tests.grading.submission.attacks import BOMBS, CHEATS, NAMES, WRONG

pytestmark = needs_bubblewrap
ROOT = Path(llmcourse.__file__).parent.parent
LIMITS = Limits(wall=40, cell=8, memory=512 * 1024**2, processes=16)
SECRET = "kingfisher"  # in hidden tests only
HIDDEN = {
    "double-hidden": """
from llmcourse.checking import seeded_random
rng = seeded_random("double")
for _ in range(20):
    x = rng.randrange(10**9)
    close(call(double, x), 2 * x, what=f"double({x}) of the kingfisher")
close(call(double, "kingfisher"), "kingfisher" * 2)
""",
    "first-hidden": """
close(call(first, []), None, hint="No words: None.")
close(call(first, ["kingfisher", "b"]), "kingfisher")
""",
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory, released_bytes) -> Bundle:
    """The small set, with hidden tests that draw their numbers."""
    course = make_repository(tmp_path_factory.mktemp("attacked") / "course")
    made = bundle_of(read_set(course / "solutions" / STEP), json.loads(released_bytes))
    return dataclasses.replace(made, tests={**made.tests, **HIDDEN})


@pytest.fixture
def graded(bundle, released_bytes, monkeypatch):
    """Grades the small set with these solutions; `first` is solved where nothing else is said.

    What is `added` stands in a cell of its own between the two tasks.

    Nothing is refused for how it reads: the walls have to hold alone.
    """
    monkeypatch.setattr(grading, "not_allowed", lambda *_: None)

    def grade(double: str, first: str = SOLVED["first"], added: str = "", **options) -> Result:
        notebook = json.loads(released_bytes)
        for cell in notebook["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = {"double": double, "first": first}.get(grade_id, cell["source"])
        if added:
            notebook["cells"].insert(place_of("first", notebook), a_cell(added))
        submission = json.dumps(notebook).encode()
        return grading.grade_one(submission, bundle, **{"seed": "1", "limits": LIMITS} | options)

    return grade


def place_of(grade_id: str, notebook: dict) -> int:
    """The place of the cell with this grade_id."""
    found = [c["metadata"].get("nbgrader", {}).get("grade_id") for c in notebook["cells"]]
    return found.index(grade_id)


def running(marker: str) -> list[psutil.Process]:
    """The processes with this text in their command line."""
    found = []
    for process in psutil.process_iter():
        try:
            if any(marker in word for word in process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def gone(marker: str, *, within: float = 10.0) -> bool:
    """Whether they end by themselves."""
    end = time.monotonic() + within
    while running(marker) and time.monotonic() < end:
        time.sleep(0.05)
    return not running(marker)


def test_an_honest_notebook_earns_all(graded):
    result = graded(SOLVED["double"])

    assert result.points == result.of == 5


def test_without_the_sandbox_it_earns_the_same(graded):
    assert graded(SOLVED["double"], sandbox=False).points == 5
    assert graded(WRONG, sandbox=False).by_test == {"double": (0, 0), "first": (1, 1)}


@pytest.mark.parametrize("name", CHEATS)
def test_no_point_is_earned_by(name, graded):
    result = graded(CHEATS[name], limits=dataclasses.replace(LIMITS, cell=2))

    assert result.by_test["double"] == (0, 0)
    assert not result.refused


def test_constants_earn_what_the_visible_test_asks_and_no_more(graded):
    known = "def double(x): return {3: 6, -4: -8}.get(x, 0)\n"

    assert {graded(known, seed=seed).by_test["double"] for seed in "12"} == {(2, 0)}


@pytest.mark.parametrize("name", BOMBS)
def test_nothing_but_the_task_is_lost_by(name, graded):
    start = time.monotonic()

    result = graded(BOMBS[name], limits=dataclasses.replace(LIMITS, cell=3))

    assert result.by_test["double"] == (0, 0)
    assert result.by_test["first"] == (1, 1)
    assert time.monotonic() - start < 45
    assert all(len(task.visible.message) < 5_000 for task in result.tasks)


def test_folders_hold_no_more_than_they_may_and_no_memory_is_hidden(graded):
    full = graded(BOMBS["full folders"]).tasks[0].visible.message
    hidden = graded(BOMBS["memory that no process shows"]).tasks[0].visible.message

    assert f"got {LIMITS.disk}" in full
    assert "held 0" in hidden


def test_processes_that_were_left_behind_end_with_the_sandbox(graded):
    marker = f"left-behind-{os.getpid()}-{time.time_ns()}"
    result = graded(
        f"""
import os, subprocess, sys
code = "import os, time; os.setsid() if os.fork() else None; time.sleep(600)"
for _ in range(2):
    if not os.fork():  # and its child is nobody's
        os.setsid()
        burns = [sys.executable, "-c", "while True: pass", {marker!r}]
        subprocess.Popen(burns, start_new_session=True)
        os._exit(0)
def double(x): return len(os.listdir("/proc"))
"""
    )

    assert result.by_test == {"double": (0, 0), "first": (1, 1)}
    assert gone(marker, within=3)


def test_nothing_of_ours_is_read_or_written(graded, tmp_path, monkeypatch):
    gradebook = tmp_path / "gradebook"
    gradebook.mkdir(mode=0o777)
    gradebook.chmod(0o777)
    (gradebook / "gradebook.db").write_text("40 points")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LLMCOURSE_KEY", SECRET)
    places = [gradebook, ROOT / "solutions", ROOT / "llmcourse" / "decoding", ROOT / "tests"]
    places += [tmp_path / "gradebook" / "gradebook.db", ROOT / "pyproject.toml", "/etc/passwd"]
    places += ["/proc/1/environ", f"/proc/{os.getpid()}/environ", "/proc/1/mem", "/proc/1/fd/2"]
    result = graded(
        f"""
import importlib, os, subprocess
def double(x):
    found = []
    for place in {[str(place) for place in places]!r}:
        try:
            read = os.listdir(place) if os.path.isdir(place) else open(place, "rb").read(99)
            found += [place] if read else []
        except OSError: pass
        try:
            new = os.path.join(place, "written") if os.path.isdir(place) else place
            open(new, "wb").write(b"100")
            found.append("written: " + place)
        except OSError: pass
    for name in ("decoding", "grading", "network", "inputs", "training", "sandbox.remote"):
        try:
            found.append(importlib.import_module("llmcourse." + name).__name__)
        except ImportError: pass
    found += [name for name in os.environ if "LLMCOURSE" in name or "TOKEN" in name]
    numbers = [p for p in os.listdir("/proc") if p.isdigit()]
    found += [f"{{len(numbers)}} processes"] if len(numbers) > 3 else []
    return "found " + " ".join(found)
"""
    )

    assert "got 'found ' (str)" in result.tasks[0].visible.message
    assert [path.name for path in gradebook.iterdir()] == ["gradebook.db"]
    assert (gradebook / "gradebook.db").read_text() == "40 points"


def test_an_exception_of_a_hidden_test_tells_nothing(graded):
    result = graded(
        """
def double(x):
    if x == 3: return 6
    raise type("X" + str(x), (ValueError,), {})("the hidden input is %r <script>" % (x,))
""",
        first="""
def first(words):
    if words == ["the", "bank"]: return "the"
    return ("kingfisher", words)
""",
    )

    assert result.by_test == {"double": (2, 0), "first": (1, 0)}
    assert SECRET not in result.to_json()
    for task in result.tasks:
        assert "input is" not in task.hidden.message
        assert "<script>" not in task.hidden.message


def test_a_later_visible_test_can_not_tell_what_a_hidden_one_asked(graded):
    result = graded(
        """
ASKED = []
def double(x):
    ASKED.append(x)
    open("/tmp/asked", "a").write(repr(x))
    return 2 * x
""",
        first="""
def first(words):
    raise ValueError(f"{ASKED} {open('/tmp/asked').read()}")
""",
    )

    assert result.by_test["double"] == (2, 1)
    assert result.tasks[1].visible.message.startswith("ValueError: [3] 3")
    assert SECRET not in result.to_json()


def test_a_cell_that_was_added_can_not_tell_what_a_hidden_test_asked(graded):
    double = "seen = []\n\ndef double(x):\n    seen.append(x)\n    return 2 * x\n"
    first = "def first(words):\n    return helper(words)\n"
    tells = f"if {SECRET!r} in seen:\n    helper = int('seen: %r' % seen)\n"
    waits = f"if {SECRET!r} in seen:\n    while True:\n        helper = 1\n"

    for added in (tells, waits):
        result = graded(double, first, added)

        assert result.by_test["double"] == (2, 1)
        assert result.tasks[1].visible.message.startswith("NameError: name 'helper'")
        assert "seen" not in result.to_json()
        assert not result.notes


def test_hidden_tests_find_no_more_than_the_visible_ones_did(graded):
    result = graded(
        "def double(x): return later(x)", SOLVED["first"] + "def later(x): return 2 * x\n"
    )

    assert result.by_test == {"double": (0, 0), "first": (1, 1)}


@pytest.mark.parametrize(
    "names",
    [
        ["Stopped", "NotAllowed", "NotImplementedError", "Unavailable"],
        ["Mismatch", "AssertionError", "StopIteration", "StopAsyncIteration"],
        ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException"],
        ["class", "__class__", "mro", "a b", "", "x" * 5000, "é", "\u202e", "\ud800"],
    ],
)
def test_the_name_of_an_exception_means_nothing(names, graded):
    result = graded(NAMES.format(names=", ".join(map(repr, names))))

    assert result.by_test == {"double": (0, 0), "first": (1, 1)}
    assert not {"passed", "stopped", "not allowed"} & {
        result.tasks[0].visible.state,
        result.tasks[0].hidden.state,
    }
    assert SECRET not in result.tasks[0].hidden.message
    result.to_json().encode()  # as it will be written


def test_a_message_is_plain_text(graded):
    odd = r"<script>alert(1)</script>\x00\x1b[31m\u202e\ud800\a"
    result = graded(f"def double(x): raise ValueError('{odd}' + 'a' * 99_999)")
    message = result.tasks[0].visible.message

    assert message.startswith("ValueError: <script>alert(1)</script>[31ma")
    assert len(message) < 5_000
    assert Result.from_json(result.to_json()) == result


class Forger(Worker):
    """A worker without a process, that gives these answers to whatever it is asked."""

    def __init__(self, answers, **_options):
        self._answers_to_give, self._asked, self._requests = answers, 0, -1

    def ask(self, do, **fields):
        """As the true one; only that nothing is sent."""
        self._requests = 0
        try:
            return super().ask(do, **fields)
        finally:
            self._requests = -1

    def _send(self, message):
        self._sent = message

    def _receive(self):
        answer = self._answers_to_give[self._asked % len(self._answers_to_give)]
        return {"id": self._asked, **answer}

    def _stop(self, why):
        raise sittings.Stopped(why)

    def close(self):
        """There is nothing to end."""


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=3)
    ),
    max_leaves=6,
)
told = st.fixed_dictionaries(
    {},
    optional={
        "names": anything
        | st.lists(st.sampled_from(["Stopped", "ValueError", "Mismatch"]) | anything),
        "message": anything,
        "line": anything,
    },
)
answers = st.one_of(
    st.just({}),
    st.builds(lambda value: {"value": value}, anything),
    st.builds(lambda value: {"raised": value}, anything | told),
    st.builds(lambda n: {"id": n, "value": 6}, st.integers()),
    st.just({"value": [True]}),
    st.just({"end": True}),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(answers, min_size=1, max_size=6))
def test_whatever_a_worker_answers_there_is_a_result(bundle, released_bytes, forged):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sittings, "Worker", lambda **options: Forger(forged, **options))
        result = grading.grade_one(released_bytes, bundle, seed="1")

    assert result.points in (0, 1)  # the one visible answer that is a mere constant
    Result.from_json(result.to_json().encode().decode())


@pytest.mark.parametrize(
    "source",
    {
        "no end": "(" * 100_000,
        "a long way down": "-" * 100_000 + "1",
        "a long sum": "double = " + "+".join("1" * 20_000),
        "a long call": "double = f" + "()" * 20_000,
        "a chain of helpers": "\n".join(f"def f{n}(): return f{n + 1}()" for n in range(3_000)),
        "a null byte": "def double(x): return x\0",
        "half a character": "def double(x): return '\ud800'",
        "lines of IPython": "%%bash\nrm -rf /\n!ls\ndouble?\n%run a.py",
        "old line ends": "def double(x):\r    return 41\r\n",
        "form feeds": "\f" * 10_000 + "def double(x): return 41",
    }.items(),
    ids=lambda given: given[0],
)
def test_a_source_that_is_hardly_one_is_graded(source, bundle, released_bytes):
    notebook = json.loads(released_bytes)
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        solutions = {"double": source[1], "first": SOLVED["first"]}
        cell["source"] = solutions.get(grade_id, cell["source"])
    start = time.process_time()

    result = grading.grade_one(json.dumps(notebook).encode(), bundle, seed="1", limits=LIMITS)

    assert result.by_test.get("double", (0, 0)) == (0, 0)
    assert result.refused or len(result.tasks) == 2
    assert time.process_time() - start < 10


@pytest.mark.parametrize("source", [BOMBS["an exit"], "import os\ndef double(x): os._exit(0)"])
@pytest.mark.parametrize("times", [0, 1])
def test_a_worker_that_can_not_start_is_no_fault_of_the_learner(source, times, graded, monkeypatch):
    true, started = sittings.Worker, []

    def start(**options):
        if len(started) == times:
            raise Unavailable("no more memory on this machine")
        started.append(true(**options))
        return started[-1]

    monkeypatch.setattr(sittings, "Worker", start)
    with pytest.raises(Unavailable, match="no more memory"):
        graded(source)


def test_a_notebook_has_the_time_of_a_notebook_however_often_it_is_stopped(graded):
    slow = "import time\ntime.sleep(2)\n" + BOMBS["a loop without an end"]
    start = time.monotonic()

    result = graded(slow, first="def first(words):\n    while True: pass\n", limits=Limits(6, 3))

    assert result.points == 0
    assert {task.visible.state for task in result.tasks} == {"stopped"}
    assert time.monotonic() - start < 30


def a_cell(source: str, grade_id: str | None = None, **fields) -> dict:
    """A cell of code, with what nbgrader wants of it."""
    marks = {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **fields}} if grade_id else {}
    fixed = {"cell_type": "code", "execution_count": None, "id": "added", "outputs": []}
    return fixed | {"metadata": marks, "source": source}


def changed(cells: list[dict], name: str) -> list[dict]:
    """The notebook after what a learner, or a careless program, did to it."""
    tests = [c for c in cells if c["metadata"].get("nbgrader", {}).get("grade")]
    others = [c for c in cells if c not in tests]
    kind = {"grade": True, "solution": False, "locked": True}
    if name == "no tests":
        return others
    if name == "empty tests":
        return [cell | {"source": "pass"} if cell in tests else cell for cell in cells]
    if name == "tests of their own":
        own = "from llmcourse import checking\nchecking.close = lambda *a, **k: None"
        return [cell | {"source": own} if cell in tests else cell for cell in cells]
    if name == "more points":
        for cell in tests:
            cell["metadata"]["nbgrader"]["points"] = 100
        return cells
    if name == "tests as solutions":
        for cell in tests:
            cell["metadata"]["nbgrader"] |= {"grade": False, "solution": True, "locked": False}
        return cells
    if name == "tests as text":
        return [c | {"cell_type": "markdown"} if c in tests else c for c in cells]
    if name == "more tests":
        more = [a_cell("pass", "double-visible", **kind, points=2), a_cell("3", "more", **kind)]
        return cells + more + tests
    if name == "another set-up":
        setup = "def call(*a): return 6\ndef close(*a, **k): pass"
        return [a_cell(setup, "setup"), a_cell(setup), *cells, a_cell(setup)]
    if name == "the tests first":
        return tests + others
    if name == "a solution in two":
        return [*cells, a_cell("def double(x): return 2 * x", "double-visible", **kind)]
    raise ValueError(name)


@pytest.mark.parametrize(
    "name",
    [
        *("no tests", "empty tests", "tests of their own", "more points", "tests as solutions"),
        *("tests as text", "more tests", "another set-up", "the tests first", "a solution in two"),
    ],
)
def test_what_is_done_to_the_tests_changes_no_points(name, bundle, released_bytes):
    notebook = json.loads(released_bytes)
    solutions = {"double": WRONG, "first": SOLVED["first"]}
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = solutions.get(grade_id, cell["source"])
    notebook["cells"] = changed(notebook["cells"], name)
    notebook["metadata"]["kernelspec"] = {"name": "bash", "argv": ["rm", "-rf", "/"]}

    result = grading.grade_one(json.dumps(notebook).encode(), bundle, seed="1", limits=LIMITS)

    assert result.of == 5
    assert result.by_test == {"double": (0, 0), "first": (1, 1)}


@pytest.mark.parametrize(
    "submission",
    {
        "nothing": b"",
        "200 MB": bytes(200_000_000),
        "no text": b"\xff\xfe\x00",
        "no notebook": b"[]",
        "no cells": b"{}",
        "cells that are none": b'{"nbformat": 4, "metadata": {}, "cells": [7]}',
        "a pickle": b"\x80\x04\x95\x0c\x00\x00\x00\x8c\x02os\x94\x8c\x06system\x94\x93\x94.",
        "no bottom": b'{"cells": ' + b"[" * 200_000,
        "a number without an end": b'{"nbformat": ' + b"9" * 100_000 + b"}",
    }.items(),
    ids=lambda given: given[0],
)
def test_what_is_no_notebook_is_refused_and_not_worth_0(submission, bundle):
    result = grading.grade_one(submission[1], bundle, seed="1")

    assert result.refused
    assert result.tasks == ()


TORCH = {
    "softmax": """
import numpy, torch
numpy.allclose = numpy.array_equal = numpy.isclose = numpy.testing.assert_allclose = print
torch.allclose = torch.equal = torch.isclose = torch.all = lambda *a, **k: True
torch.Tensor.__eq__ = torch.Tensor.eq = lambda self, other: torch.ones(self.shape, dtype=torch.bool)
torch.Tensor.all = torch.Tensor.equal = torch.Tensor.allclose = lambda *a, **k: True
torch.Tensor.__bool__ = lambda self: True
def softmax(logits, temperature=1.0): return torch.zeros_like(logits)
""",
    "top-k": """
class Same(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None): return True
    shape = property(lambda self: torch.Size([3]))
def top_k(logits, k): return torch.zeros(1).as_subclass(Same)
""",
    "top-p": "def top_p(logits, p): return torch.zeros(1).expand(2**40)\n",
    "min-p": """
def min_p(logits, p): return torch.zeros(3, dtype=torch.complex64)
def repetition_penalty(logits, ids, penalty): return torch.full_like(logits, torch.nan)
""",
    "loop": "def generate(*a, **k): return a[0]\n",
    "utf8-stream": """
class Utf8Stream:
    def __eq__(self, other): return True
    def push(self, data): return self
    flush = push
""",
    "kv-cache": "def attend(q, k, v, cache=None): return torch.zeros(2**20, 0), {'keys': k}\n",
}


def test_tensors_that_lie_earn_nothing(monkeypatch):
    monkeypatch.setattr(grading, "not_allowed", lambda *_: None)
    released = (ROOT / "exercises" / "3-decoding" / "3-decoding.ipynb").read_bytes()
    notebook = json.loads(released)
    bundle = bundle_of(read_set(ROOT / "solutions" / "3-decoding"), notebook)
    cells = {task.cells.solution: TORCH[task.id] for task in bundle.tasks}
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = cells.get(grade_id, cell["source"])

    result = grading.grade_one(json.dumps(notebook).encode(), bundle, seed="1")

    assert result.points == 0
    assert {t.visible.state for t in result.tasks} <= {"not yet", "error", "stopped"}
    assert sys.modules["torch"].allclose(*sys.modules["torch"].eye(2)) is False
