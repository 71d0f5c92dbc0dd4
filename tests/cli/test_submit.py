"""`llmcourse submit`, as a learner uses it: on a set of seconds, in a fresh kernel."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tests.grading.conftest import SOLVED, STEP, Learner, make_repository

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> bytes:
    from llmcourse.grading.problem_sets.release import files_of
    from llmcourse.grading.problem_sets.tasks import read_set

    root = make_repository(tmp_path_factory.mktemp("released") / "course")
    contract = read_set(root / "solutions" / STEP)
    return files_of(contract, root)[root / "exercises" / STEP / f"{STEP}.ipynb"]


@pytest.fixture
def learner(tmp_path, released) -> Learner:
    folder = tmp_path / "exercises" / STEP
    folder.mkdir(parents=True)
    return Learner(folder / f"{STEP}.ipynb", released).write(**SOLVED)


def words(shown: str) -> str:
    return " ".join(shown.split())


def is_whole(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return archive.testzip() is None


def archives(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*")) if folder.exists() else []


def test_help_ends_in_an_example_that_parses(llmcourse):
    shown = llmcourse("submit", "--help").stdout
    assert re.search(r"Example: llmcourse submit \S+\.ipynb\s*\Z", shown, re.S), shown


def test_a_notebook_is_checked_packed_and_has_a_receipt(llmcourse, learner, tmp_path):
    out, report = tmp_path / "out", tmp_path / "receipt.json"
    model = tmp_path / "run" / "model.safetensors"
    model.parent.mkdir()
    safetensors.numpy.save_file({"w": np.zeros(9, dtype=np.float32)}, model)
    before = learner.path.read_bytes()
    digest = sha256(before).hexdigest()
    done = llmcourse(
        *("submit", learner.path, "--checkpoint", model.parent, "--output", out, "--json", report)
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    path = out / f"{STEP}-{digest[:12]}.zip"
    assert archives(out) == [path]
    assert learner.path.read_bytes() == before
    assert re.search(rf"set +│ {STEP} ", done.stdout)
    assert re.search(rf"hash of the notebook +│ {digest[:12]} ", done.stdout)
    assert re.search(r"checkpoint +│ [0-9a-f]{12}, 0\.0 MB", done.stdout)
    assert re.search(r"so far +│ 3 of 3 points by the visible tests", done.stdout)
    assert path.name in done.stdout
    assert f"Nothing has been uploaded. Upload this file where your course collects {STEP}" in (
        words(done.stdout)
    )
    with zipfile.ZipFile(path) as archive:
        assert archive.read(f"{STEP}.ipynb") == before
        receipt = json.loads(archive.read("receipt.json"))
    assert receipt["check"] == {"double": "passed", "first": "passed"}
    told = json.loads(report.read_text())
    assert told["hash"] == digest[:12]
    assert told["file"] == str(path)
    assert {key: told[key] for key in ("sha256", "checkpoint", "check")} == {
        key: receipt[key] for key in ("sha256", "checkpoint", "check")
    }
    content = path.read_bytes()
    model = model.rename(tmp_path / "mine.safetensors")
    again = llmcourse("submit", learner.path, "--checkpoint", model, "--output", out)
    assert again.returncode == 0
    assert path.read_bytes() == content


def test_what_does_not_pass_is_shown_and_hinders_nothing(llmcourse, learner, tmp_path):
    learner.write(double="def double(x):\n    return x * x", first="def first(words)\n    return 1")
    done = llmcourse("submit", learner.path, "--output", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert len(archives(tmp_path / "out")) == 1
    assert "syntax error" in words(done.stdout).lower()
    learner.write(first=SOLVED["first"])
    done = llmcourse("submit", learner.path, "--output", tmp_path / "out")
    assert done.returncode == 0
    assert "Add it to itself" in done.stdout
    assert re.search(r"so far +│ 1 of 3 points", done.stdout)
    assert len(archives(tmp_path / "out")) == 2


def test_an_older_file_in_the_folder_is_told_from_the_newest(llmcourse, learner, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    others = [f"{STEP}-two-0123456789ab.zip", f"{STEP}-mine.zip", "2-other-0123456789ab.zip"]
    for name in others:
        (out / name).write_bytes(b"x")
    given = ("submit", learner.path, "--no-check", "--output", out)
    for _ in range(2):  # the same file again is the same archive
        assert "newest" not in llmcourse(*given).stdout
    older = f"{STEP}-{sha256(learner.path.read_bytes()).hexdigest()[:12]}.zip"
    learner.add("x = 1")
    newest = f"{STEP}-{sha256(learner.path.read_bytes()).hexdigest()[:12]}.zip"
    done = llmcourse(*given)
    assert f"\nThe newest is {newest}; beside it, older: {older}\n" in done.stdout
    assert {path.name for path in archives(out)} == {*others, older, newest}


def test_tests_that_cannot_run_are_told_and_hinder_nothing(
    llmcourse, learner, tmp_path, monkeypatch
):
    from llmcourse.cli import check
    from llmcourse.errors import UserError

    def dies(*given: object) -> None:
        raise UserError("The kernel did not start.", todo="Run: llmcourse doctor")

    monkeypatch.setattr(check, "checked", dies)
    report = tmp_path / "receipt.json"
    done = llmcourse("submit", learner.path, "--output", tmp_path / "out", "--json", report)
    assert done.returncode == 1
    assert done.stderr == (
        "error: the visible tests could not be run. The kernel did not start. "
        "Run: llmcourse doctor\n"
    )
    assert "the visible tests were not run" in done.stdout
    (path,) = archives(tmp_path / "out")
    with zipfile.ZipFile(path) as archive:
        assert json.loads(archive.read("receipt.json"))["check"] == {}
    assert json.loads(report.read_text())["problem"].startswith("The kernel did not start.")


def test_no_check_runs_nothing_and_the_hash_is_the_same(llmcourse, learner, tmp_path, monkeypatch):
    from llmcourse.cli import check

    monkeypatch.delattr(check, "checked")
    monkeypatch.chdir(tmp_path)
    done = llmcourse("submit", learner.path, "--no-check")
    assert done.returncode == 0, done.stderr
    digest = sha256(learner.path.read_bytes()).hexdigest()
    assert (tmp_path / f"{STEP}-{digest[:12]}.zip").exists()  # where the command was run


def test_a_notebook_that_is_saved_while_its_tests_run_is_not_packed(
    llmcourse, learner, tmp_path, monkeypatch
):
    from llmcourse.cli import check
    from llmcourse.grading.notebook.reading import read
    from llmcourse.grading.self_check.check import Check

    def saved(path: Path, *given: object) -> Check:
        learner.add("x = 1")
        return Check(read(path), (), ())

    monkeypatch.setattr(check, "checked", saved)
    done = llmcourse("submit", learner.path, "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "was saved again while its tests ran. " not in done.stdout
    assert "was saved again while its tests ran." in done.stderr
    assert archives(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda path, released: path.write_bytes(released), "no solution has been written"),
        (lambda path, released: path.write_bytes(released[:900]), "is not a notebook"),
        (lambda path, released: path.write_text(""), "is empty"),
        (lambda path, released: path.unlink(), "can't be read: No such file"),
        (lambda path, released: path.write_text('{"cells": []}'), "is not a problem set"),
        (lambda path, released: os.truncate(path, 50_000_001), "at most 50 MB are taken"),
    ],
)
def test_what_would_be_worth_nothing_is_one_error(
    llmcourse, learner, released, tmp_path, change, said
):
    change(learner.path, released)
    done = llmcourse("submit", learner.path, "--output", tmp_path / "out")
    assert done.returncode == 2, done.stdout
    assert done.stderr.count("error: ") == 1
    assert said in words(done.stderr)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_that_is_none_is_told_before_anything_runs(llmcourse, learner, tmp_path):
    model = tmp_path / "model.pt"
    model.write_bytes(b"PK\x03\x04")
    done = llmcourse("submit", learner.path, "--checkpoint", model, "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "is no safetensors file" in words(done.stderr)
    assert "points" not in done.stdout
    assert not (tmp_path / "out").exists()


# A learner's machine: the package as pip installs it without extras.
CORE = """\
import sys
for name in ("nbgrader", "jinja2", "psutil", "jupytext", "yaml", "transformers"):
    sys.modules[name] = None
from llmcourse.cli import main
sys.argv[0] = "llmcourse"
main()
"""


# A slow disk, so that a kill often comes while the archive is written.
SLOW = "import os, time; fsync = os.fsync; os.fsync = lambda f: (time.sleep(0.5), fsync(f))\n"


def command(learner: Learner, out: Path, *, slow: bool = False) -> subprocess.Popen:
    """The command's process, to wait for or to disturb; a `slow` one checks and says nothing."""
    said = subprocess.DEVNULL if slow else subprocess.PIPE
    given = ["submit", learner.path, "--output", out, *(["--no-check"] if slow else [])]
    return subprocess.Popen(
        [sys.executable, "-c", (SLOW if slow else "") + CORE, *given],
        env=os.environ | {"LLMCOURSE_CACHE": str(out.parent / "cache"), "PYTHONPATH": str(ROOT)},
        stdout=said,
        stderr=said,
        text=True,
    )


def test_the_core_package_suffices(learner, tmp_path):
    done = command(learner, tmp_path / "out")
    out, err = done.communicate(timeout=100)
    assert done.returncode == 0, err
    assert "3 of 3 points" in out
    assert len(archives(tmp_path / "out")) == 1


def test_ctrl_c_leaves_nothing(learner, tmp_path):
    endless = "import time\nopen('running', 'w').close()\ntime.sleep(60)\n"
    learner.write(first=endless + SOLVED["first"])
    process = command(learner, tmp_path / "out")
    running = learner.path.with_name("running")
    while not running.exists():
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    assert err.count("\n") <= 2
    assert "Traceback" not in err
    assert archives(tmp_path / "out") == []


def test_after_five_kills_the_same_archive_is_written(learner, tmp_path):
    begun = time.monotonic()
    assert command(learner, tmp_path / "calm", slow=True).wait(timeout=100) == 0
    seconds = time.monotonic() - begun
    dice = random.Random(5)
    for _ in range(5):
        process = command(learner, tmp_path / "out", slow=True)
        time.sleep(dice.uniform(0.1, 1.0) * seconds)
        process.kill()
        process.wait(timeout=100)
        for path in archives(tmp_path / "out"):  # whole, or a name that nobody takes for one
            assert path.suffix == ".tmp" or is_whole(path)
    assert command(learner, tmp_path / "out", slow=True).wait(timeout=100) == 0
    (calm,) = archives(tmp_path / "calm")
    assert (tmp_path / "out" / calm.name).read_bytes() == calm.read_bytes()
