"""BPE on English text: training against `tokenizers`, encoding against tiktoken and `tokenizers`.

    python benchmarks/bpe.py --help
    python benchmarks/bpe.py

All three get the same text, the same word pattern and, for encoding, the same merges. Rounds are
interleaved, and a ratio is the peer's time over ours: above 1 we are faster. "Cold" is the first
call of a new tokenizer, whose memory of words is empty; tiktoken has no such memory. Text up to
U+FFFF takes a faster pattern, so text with one letter that is not ASCII, and with one emoji, are
measured too.
"""

import time
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import tiktoken
import tokenizers
import typer
from rich.console import Console
from rich.table import Table
from tokenizers import models, pre_tokenizers, trainers

from llmcourse.data import load_corpus
from llmcourse.inputs import GPT4_PATTERN, BPETokenizer


def train_peer(text: str, vocab_size: int) -> tokenizers.Tokenizer:
    """Train `tokenizers` on our pattern, our special token and the 256 bytes."""
    peer = tokenizers.Tokenizer(models.BPE())
    peer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(tokenizers.Regex(GPT4_PATTERN), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    peer.train_from_iterator([text], trainer)
    return peer


def measure(text: str, vocab_size: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return the seconds of every round: task -> who -> times."""
    ours = BPETokenizer.train(text, vocab_size)
    official = tiktoken.Encoding(
        "ours",
        pat_str=GPT4_PATTERN,
        mergeable_ranks=ours.tokens,
        special_tokens=ours.special_tokens,
    )
    with TemporaryDirectory() as folder:
        ours.save(f"{folder}/tokenizer.json")
        cold = [BPETokenizer.load(f"{folder}/tokenizer.json") for _ in range(rounds)]
        peers = [
            tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json") for _ in range(rounds + 1)
        ]
    warm = peers.pop()
    if not ours.encode(text) == official.encode(text) == warm.encode(text).ids:
        raise SystemExit("The three do not give the same ids, so their times mean nothing.")

    tasks = {
        "train": {
            "llmcourse": lambda _: BPETokenizer.train(text, vocab_size),
            "tokenizers": lambda _: train_peer(text, vocab_size),
        },
        "encode, warm": {
            "llmcourse": lambda _: ours.encode(text),
            "tiktoken": lambda _: official.encode(text),
            "tokenizers": lambda _: warm.encode(text),
        },
        "with an é": {
            "llmcourse": lambda _: ours.encode(text + "é"),
            "tiktoken": lambda _: official.encode(text + "é"),
        },
        "with an emoji": {
            "llmcourse": lambda _: ours.encode(text + "😀"),
            "tiktoken": lambda _: official.encode(text + "😀"),
        },
        "encode, cold": {
            "llmcourse": lambda number: cold[number].encode(text),
            "tiktoken": lambda _: official.encode(text),
            "tokenizers": lambda number: peers[number].encode(text),
        },
    }
    times = {task: {who: [] for who in works} for task, works in tasks.items()}
    for number in range(rounds):
        for task, works in tasks.items():
            for who, work in works.items():
                start = time.perf_counter()
                work(number)
                times[task][who].append(time.perf_counter() - start)
    return times


def main(
    megabytes: Annotated[float, typer.Option(help="Size of the English text.")] = 1.0,
    vocab_size: Annotated[int, typer.Option(help="Bytes, merges and the special token.")] = 1024,
    rounds: Annotated[int, typer.Option(help="Interleaved rounds.", min=3)] = 7,
) -> None:
    """Compare BPE training and encoding with tokenizers and tiktoken on Jane Austen's English."""
    text = "\n\n".join(load_corpus("austen")["text"])[: int(megabytes * 1e6)]
    table = Table(title=f"{len(text) / 1e6:.1f} million characters, {vocab_size} tokens")
    for heading in ("task", "who", "best s", "median s", "MB/s", "ratio of bests", "of medians"):
        table.add_column(heading, justify="left" if heading in ("task", "who") else "right")
    for task, who_times in measure(text, vocab_size, rounds).items():
        ours = who_times["llmcourse"]
        for who, times in who_times.items():
            ratios = ("", "")
            if who != "llmcourse":
                ratios = (f"{min(times) / min(ours):.2f}", f"{median(times) / median(ours):.2f}")
            speed = len(text) / 1e6 / min(times)
            row = (f"{min(times):.3f}", f"{median(times):.3f}", f"{speed:.1f}", *ratios)
            table.add_row(task if who == "llmcourse" else "", who, *row)
        table.add_section()
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
