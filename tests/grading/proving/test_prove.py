"""The prover finds what is not as it must be: in a set of two tasks, without torch."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from llmcourse.errors import UserError
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.proving import prove
from llmcourse.grading.proving.prove import CASES
from llmcourse.grading.rules.forbidden import refuse
from tests.grading.conftest import SOLVED, STEP

ROOT = Path(__file__).parents[3]

WRONG = {
    "double": {
        "square": "# expect: Add it to itself\n# loses: visible\n"
        "def double(x):\n    return x * x\n",
        "absolute": "# expect: negative number\n# loses: hidden\n"
        "def double(x):\n    return 2 * abs(x)\n",
        "nothing": "# expect: expected 6\n# loses: visible\ndef double(x):\n    print(x)\n",
    },
    "first": {
        "never_empty": "# expect: out of range\n# loses: hidden\n"
        "def first(words):\n    return words[0]\n",
        "last": "# expect: the first word\n# loses: visible\n"
        "def first(words):\n    return words[-1] if words else None\n",
        "crashes": "# expect: no such thing\n# loses: visible\nraise OSError('no such thing')\n",
    },
}
RIGHT = {
    "double": {"times": SOLVED["double"], "sum": "def double(x):\n    return sum([x, x])\n"},
    "first": {
        "next": SOLVED["first"],
        "slice": "def first(words):\n    return (words[:1] or [None])[0]\n",
    },
}


@pytest.fixture
def root(root) -> Path:
    """The small set, with cases enough."""
    for kind, tasks in {"wrong": WRONG, "right": RIGHT}.items():
        for task, sources in tasks.items():
            place = root / CASES / STEP / task / kind
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            for name, source in sources.items():
                (place / f"{name}.py").write_text(source)
    return root


def proofs(root: Path) -> dict[str, prove.Proof]:
    contract = read_set(root / "solutions" / STEP)
    found = [prove.prove(exercise, root / CASES) for exercise in prove.exercises(contract)]
    return {proof.task.id: proof for proof in found}


def problem(root: Path, task: str) -> str:
    """The one problem that there is, and it is of this task."""
    (found,) = [(one.task.id, what) for one in proofs(root).values() for what in one.problems]
    assert found[0] == task
    return found[1]


def put(root: Path, task: str, kind: str, name: str, source: str) -> None:
    (root / CASES / STEP / task / kind / f"{name}.py").write_text(source)


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / "solutions" / STEP / name
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_graders_are_proven(root):
    for proof in proofs(root).values():
        assert proof.problems == ()
        assert (proof.empty, proof.wrong, proof.killed) == (0, 3, 3)
        assert (proof.right, proof.passed) == (3, 3)  # the reference is one of them
        assert (proof.forbidden, proof.refused) == (0, 0)


def test_a_wrong_solution_that_passes_is_a_problem(root):
    put(root, "double", "wrong", "square", WRONG["double"]["square"].replace("x * x", "x + x"))
    assert problem(root, "double") == "square is wrong, and passes all tests"
    assert proofs(root)["double"].killed == 2


def test_a_wrong_solution_that_fails_elsewhere_is_a_problem(root):
    put(root, "double", "wrong", "square", WRONG["double"]["square"].replace("visible", "hidden"))
    assert "fails the visible tests first; its file says hidden" in problem(root, "double")


def test_a_message_that_does_not_name_the_mistake_is_a_problem(root):
    put(root, "first", "wrong", "last", WRONG["first"]["last"].replace("first word", "river"))
    assert "last fails, but its learner reads: Mismatch: the first word" in problem(root, "first")


def test_a_right_solution_that_fails_is_a_problem(root):
    put(root, "first", "right", "slice", "def first(words):\n    return words[0]\n")
    found = problem(root, "first")
    assert found.startswith(
        "slice is right, but fails the hidden tests: Mismatch: Your code raised"
    )
    assert proofs(root)["first"].passed == 2


def test_a_right_solution_that_is_not_allowed_is_a_problem(root):
    put(root, "first", "right", "slice", f"import torch\n{RIGHT['first']['slice']}")
    assert "slice is right, but not allowed: Line 1 imports torch" in problem(root, "first")


def test_a_reference_that_fails_is_a_problem(root):
    edit(root, f"{STEP}.md", "the_sum = x + x", "the_sum = abs(x + x)")
    assert "the reference is right, but fails the hidden tests" in problem(root, "double")


def test_an_empty_release_that_earns_points_is_a_problem(root):
    edit(
        root,
        f"{STEP}.md",
        'close(call(first, ["the", "bank"]), "the", what="the first word")',
        'call(len, ["the"])',
    )
    (found,) = [what for what in proofs(root)["first"].problems if "empty" in what]
    assert found == "the empty release earns 1 of 2 points"


def test_a_task_with_too_few_cases_is_a_problem(root):
    (root / CASES / STEP / "double" / "wrong" / "square.py").unlink()
    assert problem(root, "double") == "it has 2 wrong solutions; 3 at least are needed"
    put(root, "double", "wrong", "square", WRONG["double"]["square"])
    (root / CASES / STEP / "double" / "right" / "sum.py").unlink()
    assert "it has 1 right solutions besides the reference" in problem(root, "double")


def test_forbidden_calls_are_tried(root):
    edit(root, "tasks.toml", "forbidden = []\npage", 'forbidden = ["operator.add"]\npage')
    assert proofs(root)["double"].refused == 1


def test_a_forbidden_call_that_gets_through_is_a_problem(root, monkeypatch):
    edit(root, "tasks.toml", "forbidden = []\npage", 'forbidden = ["operator.add"]\npage')
    monkeypatch.setattr(prove, "refuse", lambda source, *_: "getattr" not in source or None)
    found = proofs(root)["double"]
    assert found.refused == 0
    assert any("is forbidden, but not refused" in what for what in found.problems)


@pytest.mark.parametrize("name", ["torch.nn.Softmax", "Tensor.softmax", "sorted", "list.sort"])
def test_each_spelling_of_a_name_is_one_that_refuse_knows(name):
    contract = read_set(ROOT / "solutions" / "3-decoding")
    task = dataclasses.replace(contract.tasks[0], forbidden=(name,))
    assert prove.spellings(name)
    for source in prove.spellings(name):
        compile(source, "spelling", "exec")
        why = refuse(source, task.forbidden, contract.imports)
        assert "Writing it is what this task asks" in why


def test_what_a_case_prints_is_not_shown(root, capsys):
    assert proofs(root)["double"].problems == ()
    assert capsys.readouterr().out == ""


def test_the_seed_is_that_of_the_attempt_and_gone_afterwards(root, monkeypatch):
    monkeypatch.setenv("LLMCOURSE_SEED", "before")
    contract = read_set(root / "solutions" / STEP)
    double = prove.exercises(contract)[0]
    source = "import os\ndef double(x):\n    raise OSError(os.environ['LLMCOURSE_SEED'])\n"
    assert str(double.failures(source, "a seed")["hidden"]) == "a seed"
    assert prove.os.environ["LLMCOURSE_SEED"] == "before"


def test_a_wrong_case_without_its_head_is_refused(root):
    put(root, "double", "wrong", "square", "def double(x):\n    return x * x\n")
    with pytest.raises(UserError, match=r"square.py, line 2: it doesn't say `# loses: "):
        proofs(root)


def test_a_contract_that_names_no_cell_of_the_text_is_refused(root):
    edit(root, "tasks.toml", 'solution = "first"', 'solution = "last"')
    with pytest.raises(UserError, match="has no cell 'last', which the contract names"):
        proofs(root)


def run(*arguments: object):
    return CliRunner().invoke(prove.app, [str(argument) for argument in arguments])


def test_the_command_prints_a_table_and_writes_the_proof(root, tmp_path):
    path = tmp_path / "proof.json"
    result = run(STEP, "--root", root, "--json", path)
    assert result.exit_code == 0, result.output
    assert "1 double" in result.output
    assert "0 of 3" in result.output
    assert "6 of 6 wrong solutions killed (100%)" in result.output
    proof = json.loads(path.read_text())
    assert proof["kill_rate"] == 1
    assert proof["proven"] is True
    first = proof["sets"][STEP][1]
    assert first["id"] == "first"
    assert {name: first[name] for name in ("empty", "wrong", "killed", "right", "passed")} == {
        "empty": 0, "wrong": 3, "killed": 3, "right": 3, "passed": 3,
    }  # fmt: skip


def test_the_command_fails_and_says_what_is_wrong(root):
    put(root, "double", "wrong", "square", WRONG["double"]["square"].replace("x * x", "x + x"))
    result = run("--root", root)
    assert result.exit_code == 1
    assert f"error: {STEP}/double: square is wrong, and passes all tests" in result.output
    assert "5 of 6 wrong solutions killed (83%)" in result.output


def test_cases_may_lie_elsewhere(root, tmp_path):
    shutil.move(root / CASES, tmp_path / "elsewhere")
    assert run("--root", root).exit_code == 1
    assert run("--root", root, "--cases", tmp_path / "elsewhere").exit_code == 0


def test_a_step_that_is_not_there_is_refused(root):
    error = run("9-none", "--root", root).exception
    assert isinstance(error, UserError)
    assert f"There is {STEP}." in str(error)
