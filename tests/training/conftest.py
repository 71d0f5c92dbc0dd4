"""A town of one sentence, a model of seven thousand weights: runs of less than a second."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jaxtyping
import pytest
import torch

from llmcourse.network import Config
from llmcourse.training import TrainConfig
from llmcourse.training.distributed import World

SENTENCE = "the bank by the river had no money, and the river had no bank. "


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setenv("LLMCOURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def unchecked() -> Iterator[None]:
    """No types checked, as outside of tests: what is checked instead is the message of our own."""
    jaxtyping.config.update("jaxtyping_disable", True)
    yield
    jaxtyping.config.update("jaxtyping_disable", False)


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """One thread: a small model gains nothing from two, and other tests want the other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def alone() -> World:
    """The world of a run in one process."""
    return World(rank=0, size=1, device=torch.device("cpu"))


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """A corpus that is one long text."""
    path = tmp_path / "text.txt"
    path.write_text(SENTENCE * 40)
    return path


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A corpus of short documents of several lengths."""
    path = tmp_path / "documents.jsonl"
    lines = [json.dumps({"text": SENTENCE[: 10 + i % 37]}) for i in range(60)]
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def small(text: Path) -> Callable[..., TrainConfig]:
    """The recipe of a run of eight steps; fields of the recipe can be given."""

    def recipe(**fields: Any) -> TrainConfig:
        model = Config(vocab_size=300, n_layer=2, n_head=2, n_embd=16, block_size=16)
        settings: dict[str, Any] = {
            "model": model,
            "data": str(text),
            "tokenizer": "characters",
            "steps": 8,
            "batch_tokens": 64,
            "eval_every": 4,
            "checkpoint_every": 3,
        }
        return TrainConfig(**(settings | fields))

    return recipe
