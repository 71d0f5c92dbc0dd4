"""One submission: points, reasons, and the same verdict that the learner's own check gives."""

import dataclasses
import json
from pathlib import Path

import pytest

from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of, read_bundle
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.self_check.check import check
from llmcourse.grading.submission.grade_one import A_HIDDEN_TEST, READ_AGAIN, grade_one
from llmcourse.grading.submission.result import Result
from llmcourse.sandbox.limits import DEFAULT, Limits
from tests.bubblewrap import needs_bubblewrap
from tests.grading.conftest import SOLVED, STEP

pytestmark = needs_bubblewrap

ROOT = Path(__file__).parents[3]
CASES = Path(__file__).parents[1] / "cases" / "3-decoding"


@pytest.fixture
def bundle(root, released_bytes) -> Bundle:
    """Of the small set."""
    return bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))


def notebook(released: bytes, **solutions: str) -> bytes:
    """The release with these solutions, by grade_id."""
    content = json.loads(released)
    for cell in content["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = solutions.get(name, cell["source"])
    return json.dumps(content).encode()


def grade(bundle: Bundle, released: bytes, limits: Limits = DEFAULT, **solutions: str) -> Result:
    return grade_one(notebook(released, **solutions), bundle, seed="1", limits=limits)


def test_a_bundle_is_read_as_it_was_written(bundle, tmp_path):
    bundle.write(tmp_path / "bundle.json")
    assert read_bundle(tmp_path / "bundle.json") == bundle
    assert read_bundle(tmp_path / "bundle.json").sha256 == bundle.sha256


def test_a_solution_earns_all_and_an_empty_release_nothing(bundle, released_bytes):
    solved = grade(bundle, released_bytes, **SOLVED)
    assert (solved.points, solved.of) == (5, 5)
    empty = grade(bundle, released_bytes)
    assert (empty.points, empty.of) == (0, 5)
    assert {task.visible.state for task in empty.tasks} == {"not started"}
    assert not empty.refused


def test_a_result_survives_its_json(bundle, released_bytes):
    result = grade(bundle, released_bytes, double=SOLVED["double"])
    assert Result.from_json(result.to_json()) == result


def test_grading_again_gives_the_same_result(bundle, released_bytes):
    twice = [grade(bundle, released_bytes, double=SOLVED["double"]) for _ in range(2)]
    first, second = (dataclasses.replace(result, seconds=0.0) for result in twice)
    assert first == second


def test_a_hidden_test_costs_its_points_and_says_nothing_of_itself(bundle, released_bytes):
    wrong = "def first(words):\n    return words[0]\n"
    (_, task) = grade(bundle, released_bytes, double=SOLVED["double"], first=wrong).tasks
    assert (task.visible.points, task.hidden.points) == (1, 0)
    assert task.hidden.misconception == "never_empty"
    assert "No words" not in task.hidden.message


@pytest.mark.parametrize(
    "raised",
    ["ValueError(repr(words))", "type('E' + str(len(words)), (Exception,), {})(words)"],
)
def test_an_error_in_a_hidden_test_does_not_carry_its_inputs_out(bundle, released_bytes, raised):
    loud = f"def first(words):\n    if not words:\n        raise {raised}\n    return words[0]\n"
    (_, task) = grade(bundle, released_bytes, first=loud).tasks
    assert task.visible.passed
    assert "[]" not in task.hidden.message
    assert "E0" not in task.hidden.message


@pytest.mark.parametrize(
    "told",
    [
        "raise ValueError",
        "raise NotImplementedError",
        "raise AssertionError('Without a word there is no first one')",
        "import sys; sys.exit()",
        "import os; os._exit(1)",
        "return 'another'",
        "while True: pass",
    ],
)
def test_how_a_hidden_test_fails_is_not_told(bundle, released_bytes, told):
    loud = f"def first(words):\n    if not words:\n        {told}\n    return words[0]\n"
    (_, task) = grade(bundle, released_bytes, Limits(cell=2), first=loud).tasks
    assert task.visible.passed
    assert task.hidden.state == "not yet"
    assert task.hidden.message in (
        f"{A_HIDDEN_TEST} {READ_AGAIN}",
        f"{A_HIDDEN_TEST} What it points to: {bundle.tasks[1].misconceptions[0].message}",
    )


@pytest.mark.parametrize("name", ["Stopped", "NotAllowed"])
def test_an_error_with_a_name_of_the_graders_carries_nothing_out_either(
    bundle, released_bytes, name
):
    forged = (
        f"class {name}(Exception): pass\n"
        "def first(words):\n"
        "    if not words:\n"
        f"        raise {name}(f'secret {{words}}')\n"
        "    return words[0]\n"
    )
    (_, task) = grade(bundle, released_bytes, first=forged).tasks
    assert task.hidden.state == "not yet"
    assert "secret" not in task.hidden.message


def test_an_endless_loop_costs_its_own_task_alone(bundle, released_bytes):
    endless = "def double(x):\n    while True:\n        x += 1\n"
    limits = Limits(cell=1)
    (double, first) = grade(
        bundle, released_bytes, limits, double=endless, first=SOLVED["first"]
    ).tasks
    assert double.points == 0
    assert {double.visible.state, double.hidden.state} == {"stopped"}
    assert "too long" in double.visible.message
    assert first.points == first.of


def test_a_notebook_has_so_much_time_in_all(bundle, released_bytes):
    slow = "import time\ntime.sleep(1)\n"
    limits = Limits(wall=1.5, cell=1.2)
    solved = {name: slow + source for name, source in SOLVED.items()}
    (double, first) = grade(bundle, released_bytes, limits, **solved).tasks
    assert double.points == double.of
    assert first.visible.state == "stopped"


def test_a_cell_that_raises_is_why_its_name_is_missing(bundle, released_bytes):
    broken = "raise KeyError('early')\ndef double(x):\n    return 2 * x\n"
    (double, _) = grade(bundle, released_bytes, double=broken).tasks
    assert double.visible.state == "error"
    assert "KeyError" in double.visible.message
    syntax = grade(bundle, released_bytes, double="def double(x:\n    return 2 * x").tasks[0]
    assert syntax.visible.state == "error"
    assert syntax.visible.message == "Python can't read this cell: '(' was never closed (line 1)."
    assert "never closed" not in syntax.hidden.message


def test_what_is_no_notebook_is_refused_and_not_zero(bundle):
    result = grade_one(b"no json", bundle, seed="1")
    assert result.refused
    assert result.tasks == ()


def test_a_call_that_skips_the_task_earns_a_message(bundle, released_bytes):
    (task, other) = bundle.tasks
    strict = dataclasses.replace(
        bundle, tasks=(dataclasses.replace(task, forbidden=("math.prod",)), other)
    )
    direct = "import math\ndef double(x):\n    return math.prod([2, x])\n"
    (double, _) = grade(strict, released_bytes, double=direct).tasks
    assert double.visible.state == double.hidden.state == "not allowed"
    assert "math.prod" in double.visible.message
    by_the_other_cell = "def double(x):\n    return helper(x)\n"
    content = json.loads(notebook(released_bytes, double=by_the_other_cell))
    helper = "import math\ndef helper(x):\n    return math.prod([2, x])\n"
    content["cells"].insert(0, {"cell_type": "code", "metadata": {}, "source": helper})
    (double, _) = grade_one(json.dumps(content).encode(), strict, seed="1").tasks
    assert double.visible.state == "not allowed"
    honest = by_the_other_cell.replace("helper(x)", "2 * x")
    content["cells"][0]["source"] = helper
    content = json.loads(notebook(released_bytes, double=honest))
    content["cells"].insert(0, {"cell_type": "code", "metadata": {}, "source": helper})
    (double, _) = grade_one(json.dumps(content).encode(), strict, seed="1").tasks
    assert double.points == double.of


@pytest.mark.parametrize("own", ["if False:\n    def double(x): pass\n", "del_me = 1\n"])
def test_a_solution_that_stands_in_another_cell_is_read_there(bundle, released_bytes, own):
    (task, other) = bundle.tasks
    strict = dataclasses.replace(
        bundle, tasks=(dataclasses.replace(task, forbidden=("math.prod",)), other)
    )
    content = json.loads(notebook(released_bytes, double=own))
    skipping = "import math\ndef double(x):\n    return math.prod([2, x])\n"
    content["cells"].insert(0, {"cell_type": "code", "metadata": {}, "source": skipping})
    (double, _) = grade_one(json.dumps(content).encode(), strict, seed="1").tasks
    assert double.points == 0


@pytest.fixture(scope="module")
def decoding() -> tuple[Bundle, bytes]:
    """3-decoding and its release."""
    released = (ROOT / "exercises" / "3-decoding" / "3-decoding.ipynb").read_bytes()
    return bundle_of(read_set(ROOT / "solutions" / "3-decoding"), json.loads(released)), released


CLASHES = {
    "softmax": "\nclose = call = raises = None\nlogits = 'mine'",
    "top-k": "\nimport math as torch_\ndef kept(x): return 'mine'\nobserve = 3\nsoftmax = 'gone'",
    "top-p": "\nclass hinted: pass\nconstruct = TableModel = 1\nimport random as close",
    "kv-cache": "\nmath = torch = None",
}


def solutions(bundle: Bundle, turn: int | str | None) -> dict[str, str]:
    """What a learner hands in: the wrong solutions of each task in `turn`, or another kind."""
    cells = {task.id: task.cells.solution for task in bundle.tasks}
    if turn is None:
        return {}
    if isinstance(turn, int):
        found = {name: sorted((CASES / name / "wrong").glob("*.py")) for name in cells}
        return {cells[name]: paths[turn % len(paths)].read_text() for name, paths in found.items()}
    right = {
        cells[name]: sorted((CASES / name / "right").glob("*.py"))[0].read_text() for name in cells
    }
    if turn == "clashing names":
        return right | {cell: right[cell] + more for cell, more in CLASHES.items()}
    return right | {
        "softmax": "def softmax(logits, temperature=1.0)\n    return logits",
        "top-k": "def top_k(logits, k):\n    while True: k += 1",
        "top-p": "while True: pass",
        "min-p": "import os\nos._exit(1)",
        "loop": "1 / 0",
        "utf8-stream": "Utf8Stream = 3",
        "kv-cache": "import torch\nattend = torch.no_such_name",
    }


@pytest.mark.parametrize("turn", [0, 1, 2, 3, 4, 5, None, "clashing names", "broken"])
def test_check_and_grade_say_the_same(decoding, tmp_path, turn):
    """In a kernel beside the code, and across the pipe: state and message of every visible test."""
    bundle, released = decoding
    submission = notebook(released, **solutions(bundle, turn))
    (tmp_path / "3-decoding.ipynb").write_bytes(submission)
    limits = Limits(cell=3 if turn == "broken" else 20)
    checked = check(tmp_path / "3-decoding.ipynb", limits=limits)
    graded = grade_one(submission, bundle, seed="1", limits=limits)
    for beside, across in zip(checked.tasks, graded.tasks, strict=True):
        assert across.visible.state == beside.state
        if beside.state != "not started":
            assert across.visible.message == beside.message
    if turn == "clashing names":  # the last one harms the learner's own code, and no test
        assert [task.state for task in checked.tasks] == ["passed"] * 6 + ["error"]


def test_a_right_answer_that_is_rounded_is_no_known_mistake(decoding):
    bundle, released = decoding
    rounded = (
        "def softmax(logits, temperature=1.0):\n"
        "    if temperature <= 0: raise ValueError\n"
        "    return ((logits.double() / temperature).softmax(-1) * 1.00003).to(logits.dtype)\n"
    )
    free = dataclasses.replace(
        bundle,
        tasks=tuple(dataclasses.replace(task, forbidden=()) for task in bundle.tasks),
    )
    task = grade_one(notebook(released, softmax=rounded), free, seed="1").tasks[0]
    assert (task.visible.state, task.visible.misconception) == ("not yet", "")
    assert (task.hidden.state, task.hidden.misconception) == ("not yet", "")
    assert "nearly right" in task.visible.message
    got, expected = (
        line.split(None, 1)[1] for line in task.visible.message.splitlines() if line[:2] == "  "
    )
    assert got != expected


def test_other_seeds_draw_other_numbers_and_right_answers_pass_them_all(decoding):
    bundle, released = decoding
    right = {
        task.cells.solution: sorted((CASES / task.id / "right").glob("*.py"))[0].read_text()
        for task in bundle.tasks
    }
    for seed in ("1", "2"):
        result = grade_one(notebook(released, **right), bundle, seed=seed)
        assert result.points == result.of == 40
