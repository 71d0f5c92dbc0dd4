"""`llmcourse classroom`, as an instructor uses it: from the course to a repository for learners."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmcourse.grading.problem_sets.learner_repository import WRITTEN
from llmcourse.grading.problem_sets.release import release
from tests.grading.conftest import STEP, make_repository

ROOT = Path(__file__).parent.parent.parent
NOTEBOOK = f"exercises/{STEP}/{STEP}.ipynb"


@pytest.fixture
def root(tmp_path) -> Path:
    course = make_repository(tmp_path / "course")
    workflows = Path(".github") / "workflows"
    (course / workflows).mkdir(parents=True)
    shutil.copy(ROOT / workflows / "classroom.yml", course / workflows)
    shutil.copy(ROOT / "LICENSE", course)
    release(course)
    return course


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".tmp"
    }


def test_help_ends_in_an_example_that_parses(llmcourse):
    shown = llmcourse("classroom", "--help").stdout
    assert re.search(r"Example: llmcourse classroom \S+\s*\Z", shown, re.S), shown


def test_it_says_what_it_wrote_and_what_somebody_has_changed(llmcourse, root, tmp_path):
    learners, report = tmp_path / "learners", tmp_path / "report.json"
    done = llmcourse("classroom", learners, "--root", root, "--package", "llmcourse==0.1")
    assert done.returncode == 0, done.stderr
    assert f"wrote {learners / NOTEBOOK}\n" in done.stdout
    assert (learners / "requirements.txt").read_text().endswith("\nllmcourse==0.1\n")
    # What can't be the same is said, and is so.
    address = re.search(
        r"In Colab .+ installs llmcourse @ (\S+), and not llmcourse==0\.1\.", done.stdout
    )
    assert address, done.stdout
    assert address[1] in (learners / "README.md").read_text()
    before = files(learners)
    done = llmcourse("classroom", learners, "--root", root, "--package", "llmcourse==0.1")
    assert done.returncode == 0
    assert done.stdout.count("unchanged: ") == len(before) - 1
    assert done.stdout.count("\n") == len(before)
    assert files(learners) == before
    (learners / NOTEBOOK).write_text("{}")
    done = llmcourse("classroom", learners, "--root", root, "--json", report)
    assert done.returncode == 1
    assert f"kept, because somebody has changed it: {learners / NOTEBOOK}\n" in done.stdout
    assert "llmcourse @ git+https://" in (learners / "requirements.txt").read_text()
    assert "In Colab" not in done.stdout
    assert "the first cell installs the course." in (learners / "README.md").read_text()
    told = json.loads(report.read_text())["files"]
    assert told[str(learners / NOTEBOOK)] == "kept"
    assert told[str(learners / "requirements.txt")] == "wrote"


def test_a_folder_within_the_course_is_one_error(llmcourse, root):
    done = llmcourse("classroom", root / "learners", "--root", root)
    assert done.returncode == 2
    assert done.stderr.count("error: ") == 1
    assert "Give a folder beside it" in done.stderr
    assert not (root / "learners").exists()


def test_what_it_made_works_for_a_learner(llmcourse, root, tmp_path):
    learners = tmp_path / "learners"
    assert llmcourse("classroom", learners, "--root", root).returncode == 0
    shown = llmcourse("progress", learners / "exercises")
    assert re.search(rf"{STEP} │ 0 of 2 │ 0 of 3 │ never", shown.stdout), shown
    done = llmcourse("submit", learners / NOTEBOOK)
    assert done.returncode == 2
    assert "no solution has been written" in done.stderr


# The command's work without nbgrader's part, on a slow disk: a kill comes while files are written.
SLOW = """\
import json, os, sys, time
from pathlib import Path
from llmcourse.grading.problem_sets import learner_repository as learners
texts = json.loads(Path(sys.argv[1]).read_text())
learners.contents = lambda root, package: {name: text.encode() for name, text in texts.items()}
fsync = os.fsync
os.fsync = lambda file: (time.sleep(0.05), fsync(file))
print("ready", flush=True)
placed = learners.make(Path("course"), Path(sys.argv[2]), "llmcourse")
print(*sorted({one.state for one in placed}))
"""


def test_after_five_kills_the_same_repository_is_written(tmp_path):
    def started(version: int, learners: str) -> subprocess.Popen:
        texts = tmp_path / f"{version}.json"
        names = ["README.md", "a/b.ipynb", "c.yml", "d", "e/f", "g"]
        texts.write_text(json.dumps(dict.fromkeys(names, f"version {version}")))
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW, texts, learners],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout.readline() == "ready\n"
        return process

    dice = random.Random(5)
    for version in (1, 1, 2, 2, 3):  # the course changes between the runs
        with started(version, "learners") as process:
            time.sleep(dice.uniform(0, 0.35))
            process.kill()
    with started(4, "learners") as process:
        assert process.stdout.read() == "wrote\n"  # and nothing is taken for somebody's work
    with started(4, "calm") as process:
        assert process.stdout.read() == "wrote\n"
    cut, calm = files(tmp_path / "learners"), files(tmp_path / "calm")
    assert WRITTEN in cut
    assert {**cut, WRITTEN: b""} == {**calm, WRITTEN: b""}
