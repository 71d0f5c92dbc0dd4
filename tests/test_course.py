"""`make course`, its own targets from start to end, with a training budget of seconds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Runs `make course` in a folder of its own; the same again when called again."""
    folder = tmp_path_factory.mktemp("course")
    run = folder / "run"
    train = f"--steps 8 --set documents=200 --set n_layer=1 --vocab-size 300 --out {run}"

    settings = [f"COURSE={folder}/results", f"TRAIN={train}", f"MODEL={run}", "VALID=2"]
    # The book is left out: `make test` builds it, and tests/book reads it at the same time.
    settings += [f"BIN={Path(sys.executable).parent}", "PARTS=evaluate grade"]

    def make(*targets: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["make", *targets, *settings],
            cwd=ROOT,
            capture_output=True,
            text=True,
            env={**os.environ, "LLMCOURSE_CACHE": str(folder / "cache")},
        )

    make.folder = folder
    return make


def test_the_course_trains_samples_evaluates_and_sums_up(course):
    done = course("course")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "entropy floor" in done.stdout
    shown = subprocess.run(
        [sys.executable, "-m", "llmcourse", "summary", str(course.folder / "results"), "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    summary = json.loads(shown.stdout)
    assert set(summary) == {
        *("model", "parameters", "loss", "floor", "above_floor", "bits_per_byte", "perplexity"),
        *("valid_share", "valid_share_min_p", "plot", "scores", "index", "seconds"),
    }
    assert 0 < summary["floor"] < summary["loss"]
    assert set(summary["seconds"]) == {"train", "sample", "evaluate", "grade"}
    assert summary["scores"] == {"solution": "40/40", "empty": "0/40", "two-mistakes": "31/40"}


def test_run_again_it_does_nothing_again(course):
    assert course("course").returncode == 0
    files = [path for path in course.folder.rglob("*") if path.is_file()]
    before = {path: path.stat().st_mtime_ns for path in files}
    done = course("course")
    assert done.returncode == 0
    assert "llmcourse train" not in done.stdout
    assert {path: path.stat().st_mtime_ns for path in files} == before


def test_a_summary_without_results_says_what_to_do(tmp_path):
    from llmcourse.cli.summary import summarize
    from llmcourse.errors import UserError

    with pytest.raises(UserError, match="make course"):
        summarize(tmp_path)
