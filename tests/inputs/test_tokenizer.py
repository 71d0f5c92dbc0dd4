"""Both tokenizers can stand in the same place, and a step that needs no torch loads none."""

import subprocess
import sys
from pathlib import Path

import pytest

from llmcourse.inputs import BPETokenizer, CharTokenizer, Tokenizer, load_tokenizer
from llmcourse.inputs.unigram import UnigramTokenizer
from llmcourse.inputs.wordpiece import WordPieceTokenizer

TEXT = "The bank by the river had no money"


@pytest.mark.parametrize(
    "tokenizer",
    [
        BPETokenizer.train(TEXT, 270),
        CharTokenizer.train(TEXT),
        WordPieceTokenizer.train(TEXT, 60),
        UnigramTokenizer.train(TEXT, 60),
    ],
    ids=["bpe", "characters", "wordpiece", "unigram"],
)
def test_a_tokenizer_is_read_back_whatever_its_kind(tokenizer: Tokenizer, tmp_path: Path):
    tokenizer.save(tmp_path / "tokenizer.json")
    read = load_tokenizer(tmp_path / "tokenizer.json")
    assert type(read) is type(tokenizer)
    assert isinstance(read, Tokenizer)
    assert read.encode(TEXT) == tokenizer.encode(TEXT)
    assert (read.vocab_size, read.special_tokens) == (
        tokenizer.vocab_size,
        tokenizer.special_tokens,
    )
    assert read.decode([read.end_of_text]) == "<|endoftext|>"


@pytest.mark.parametrize("module", ["llmcourse.inputs", "llmcourse.data"])
def test_importing_loads_no_heavy_library(module: str):
    script = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    heavy = {"torch", "transformers", "datasets", "tokenizers", "tiktoken", "numpy", "pyarrow"}
    assert not heavy & set(done.stdout.split())
