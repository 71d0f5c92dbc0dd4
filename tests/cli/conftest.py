import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# A model of seconds: the shape of the real ones, a small corpus, a few steps.
SECONDS = ["--data", "riverbank", "--steps", "12", "--vocab-size", "300"]
SECONDS += [f"--set={setting}" for setting in ("documents=300", "eval_every=6", "n_layer=1")]
SECONDS += [f"--set={setting}" for setting in ("n_embd=32", "n_head=2", "batch_tokens=2048")]


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def llmcourse(cache) -> Callable[..., subprocess.CompletedProcess]:
    """Runs the command line as a person does, in a process of its own."""

    def run(*arguments: object, input: str = "", **environment: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "llmcourse", *map(str, arguments)],
            input=input,
            capture_output=True,
            text=True,
            env={**os.environ, "LLMCOURSE_CACHE": str(cache), "COLUMNS": "120", **environment},
        )

    return run


@pytest.fixture(scope="session")
def run_folder(llmcourse, tmp_path_factory) -> Path:
    """A trained run."""
    folder = tmp_path_factory.mktemp("runs") / "seconds"
    done = llmcourse("train", *SECONDS, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder
