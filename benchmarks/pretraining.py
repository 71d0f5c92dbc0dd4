"""What the preset `char` learns of a text, against a plain GPT-2 with AdamW of the same shape.

    python benchmarks/pretraining.py --help
    python benchmarks/pretraining.py input.txt --json pretraining.json

Both have 4 layers, 4 heads, width 128, context 64 and batches of 12 rows, and use the same seeds.
The peer's recipe: windows at random places, 100 steps of warm-up to 1e-3, cosine down to 1e-4,
clipping at 1. The first nine tenths of the characters are learned from; the loss is over all of the
last tenth. Ours is trained for the peer's tokens, its time, and an eighth of its tokens, each time
from the start; the last in batches of 3 rows, because few tokens teach more in many small steps
than in a few large ones. A ratio is our loss over the peer's: below 1 ours is lower. Without TEXT
it is a piece of Jane Austen of the size of tiny Shakespeare. `--ablate` also leaves out each
ingredient.
"""

import json
import time
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Annotated, Any

import numpy as np
import torch
import typer
from peers.plain_gpt2 import PlainGPT2, plain_adamw
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from torch import nn

from llmcourse.data import load_corpus
from llmcourse.files import replacing
from llmcourse.network import GPT
from llmcourse.training import PRESETS, Schedule, Windows, cross_entropy, window_loss
from llmcourse.training.distributed import World
from llmcourse.training.update import Update

CHAR = PRESETS["char"]
CONTEXT, ROWS = CHAR.model.block_size, CHAR.batch_tokens // CHAR.model.block_size
# A small batch's gradient is noisier: half the learning rates, a shorter memory of gradients, a
# longer one of their squares.
SMALL_BATCHES: dict[str, Any] = {
    "batch_tokens": CHAR.batch_tokens // 4,
    "lr": CHAR.lr / 2,
    "matrix_lr": CHAR.matrix_lr / 2,
    "betas": (0.8, 0.995),
}
TINY_SHAKESPEARE = 1_115_394

# What is left out -> what stands in its place. AdamW needs a lower learning rate than the little
# that Muon leaves to it.
WITHOUT: dict[str, dict[str, Any]] = {
    "RoPE": {"position": "learned"},
    "QK-norm": {"qk_norm": "none"},
    "Muon": {"optimizer": "adamw", "lr": 3e-3},
    "linear decay": {"decay": "cosine", "final": 0.1},
}


class Text:
    """The characters of a file as ids, in two parts."""

    def __init__(self, path: Path | None):
        if path is None:
            novels = "\n\n".join(load_corpus("austen")["text"]).encode()
            text = novels[:TINY_SHAKESPEARE].decode(errors="ignore")
        else:
            text = path.read_text(encoding="utf-8")
        characters = sorted(set(text))
        number = {character: i for i, character in enumerate(characters)}
        ids = np.array([number[character] for character in text], np.uint32)
        self.vocab_size, cut = len(characters), len(ids) * 9 // 10
        self.train, self.validation = ids[:cut], ids[cut:]

    def loss(self, model: nn.Module) -> float:
        """Of all of the validation part, in nats a character."""
        return window_loss(model, self.validation, length=CONTEXT).per_token


def train_peer(text: Text, seed: int, steps: int) -> dict[str, float]:
    """The plain GPT-2."""
    torch.manual_seed(seed)
    shape = CHAR.model
    model = PlainGPT2(text.vocab_size, shape.n_layer, shape.n_head, shape.n_embd, CONTEXT)
    optimizer = plain_adamw(model)
    schedule = Schedule(steps, warmup=min(100, steps // 2), decay="cosine", final=0.1)
    chance = np.random.default_rng(seed)
    started = time.perf_counter()
    for step in range(steps):
        places = chance.integers(len(text.train) - CONTEXT, size=ROWS)
        rows = np.stack([text.train[place : place + CONTEXT + 1] for place in places])
        rows = torch.from_numpy(rows.astype(np.int64))
        cross_entropy(model(rows[:, :-1]), rows[:, 1:]).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * schedule.share(step)
        optimizer.step()
        optimizer.zero_grad()
    seconds = time.perf_counter() - started
    return {"loss": text.loss(model), "seconds": seconds, "steps": steps}


def train_ours(text: Text, seed: int, steps: int, **changes: Any) -> dict[str, float]:
    """The preset `char`, with `changes` of its model or its recipe."""
    shape = {name: changes.pop(name) for name in [*changes] if hasattr(CHAR.model, name)}
    model_config = replace(CHAR.model, vocab_size=text.vocab_size, **shape)
    config = replace(CHAR, model=model_config, steps=steps, seed=seed, **changes)
    torch.manual_seed(seed)
    model = GPT(config.model)
    update = Update(model, config, World(rank=0, size=1, device=torch.device("cpu")))
    rows = config.batch_tokens // CONTEXT
    batches = Windows(text.train, length=CONTEXT, rows=rows, seed=seed)
    started = time.perf_counter()
    for step in range(steps):
        update(step, *batches.batch(step))
    seconds = time.perf_counter() - started
    return {"loss": text.loss(model), "seconds": seconds, "steps": steps}


def measure(text: Text, seeds: int, steps: int, ablate: bool) -> dict[str, list[dict[str, float]]]:
    """Every run: its name -> one result a seed."""
    results: dict[str, list[dict[str, float]]] = {}

    def note(name: str, result: dict[str, float]) -> dict[str, float]:
        results.setdefault(name, []).append(result)
        return result

    for seed in range(seeds):
        peer = note("plain GPT-2", train_peer(text, seed, steps))
        ours = note("ours, same tokens", train_ours(text, seed, steps))
        as_long = round(steps * peer["seconds"] / ours["seconds"])
        note("ours, same time", train_ours(text, seed, as_long))
        eighth = train_ours(text, seed, 4 * (steps // 8), **SMALL_BATCHES)
        note("ours, 1/8 of tokens", eighth)
        for name, changes in WITHOUT.items() if ablate else ():
            note(f"ours without {name}", train_ours(text, seed, steps, **changes))
    return results


def main(
    text: Annotated[
        Path | None, typer.Argument(help="A UTF-8 file.", show_default="Austen")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Runs of each kind.")] = 3,
    steps: Annotated[int, typer.Option(min=8, help="Of the peer.")] = CHAR.steps,
    ablate: Annotated[bool, typer.Option("--ablate", help="Leave each ingredient out.")] = False,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the runs here.")] = None,
) -> None:
    """Compare the losses of two recipes on a text, in nats a character."""
    results = measure(Text(text), seeds, steps, ablate)
    title = f"{steps} steps of {ROWS} × {CONTEXT} characters, {seeds} seeds"
    # Narrow enough for the 80 columns of a pipe.
    table = Table(title=title, box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("run", "steps", "time, s", "loss", "min", "max", "ratio", "worst"):
        table.add_column(heading, justify="left" if heading == "run" else "right", no_wrap=True)
    peers = [run["loss"] for run in results["plain GPT-2"]]
    for name, runs in results.items():
        losses = [run["loss"] for run in runs]
        ratios = [loss / peer for loss, peer in zip(losses, peers, strict=True)]
        table.add_row(
            name,
            f"{mean(run['steps'] for run in runs):.0f}",
            f"{mean(run['seconds'] for run in runs):.1f}",
            *(f"{value:.4f}" for value in (mean(losses), min(losses), max(losses))),
            f"{mean(losses) / mean(peers):.3f}",
            f"{max(ratios):.3f}",
        )
    Console().print(table)
    if json_path:
        with replacing(json_path) as temporary:
            temporary.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
