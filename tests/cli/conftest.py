import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from llmcourse.cli import main

# A model of seconds: the shape of the real ones, a small corpus, a few steps.
SECONDS = ["--data", "riverbank", "--steps", "12", "--vocab-size", "300"]
SECONDS += [f"--set={setting}" for setting in ("documents=300", "eval_every=6", "n_layer=1")]
SECONDS += [f"--set={setting}" for setting in ("n_embd=32", "n_head=2", "batch_tokens=2048")]


class Finished(NamedTuple):
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def llmcourse(cache) -> Callable[..., Finished]:
    """Runs a command as a person types it, in this process, which has torch loaded already."""

    def run(*arguments: object, input: str = "", **environment: str) -> Finished:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "argv", ["llmcourse", *map(str, arguments)])
            patch.setattr(sys, "stdin", io.StringIO(input))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            for name, value in {
                "LLMCOURSE_CACHE": str(cache),
                "COLUMNS": "120",
                **environment,
            }.items():
                patch.setenv(name, value)
            try:
                main()
                code = 0
            except SystemExit as exit:
                code = exit.code or 0
        return Finished(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def characters_folder(llmcourse, tmp_path_factory) -> Path:
    """A trained run that knows single characters, and none of a dialogue's "Q"."""
    folder = tmp_path_factory.mktemp("runs") / "characters"
    text = folder.parent / "text.txt"
    text.write_text("the bank by the river had no money. " * 40)
    settings = ("--data", text, "--set=tokenizer=characters", "--set=rows=windows", "--steps", 1)
    done = llmcourse("train", *SECONDS, *settings, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def run_folder(llmcourse, tmp_path_factory) -> Path:
    """A trained run."""
    folder = tmp_path_factory.mktemp("runs") / "seconds"
    done = llmcourse("train", *SECONDS, "--out", folder)
    assert done.returncode == 0, done.stderr
    return folder
