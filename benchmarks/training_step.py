"""One training step (forward, backward, clip, optimizer) against a plain GPT-2 and transformers'.

    python benchmarks/training_step.py --help
    MALLOC_MMAP_THRESHOLD_=1000000000 MALLOC_TRIM_THRESHOLD_=10000000000 \
        python benchmarks/training_step.py

The peers run eager, in float32, with torch's AdamW, as their users run them. Ours is the recipe of
the presets, once with AdamW everywhere, as the peers, and once with Muon. The two variables make
the C library keep freed memory instead of returning it at each step, for everyone here alike.
Rounds are interleaved, and a ratio is the time of the row's owner over ours: above 1 we are faster.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from typing import Annotated

import torch
import typer
from peers.plain_gpt2 import PlainGPT2, plain_adamw
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from llmcourse.network import GPT
from llmcourse.training import PRESETS, cross_entropy
from llmcourse.training.distributed import World
from llmcourse.training.update import Update

# layers, heads, width, context, rows, vocabulary
SHAPES = {
    "4 × 128, characters": (4, 4, 128, 64, 12, 65),
    "6 × 384, BPE": (6, 6, 384, 256, 4, 1024),
}
Step = Callable[[Tensor, Tensor], None]


def peer_step(model: nn.Module, logits: Callable[[Tensor], Tensor]) -> Step:
    """A step as the peers' users write it."""
    optimizer = plain_adamw(model)

    def step(inputs: Tensor, targets: Tensor) -> None:
        cross_entropy(logits(inputs), targets).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()

    return step


def our_step(shape: tuple[int, ...], optimizer: str) -> Step:
    """A step of `pretrain`."""
    layers, heads, width, context, rows, vocab_size = shape
    model_config = replace(
        PRESETS["char"].model,
        vocab_size=vocab_size,
        n_layer=layers,
        n_head=heads,
        n_embd=width,
        block_size=context,
    )
    config = replace(
        PRESETS["char"],
        model=model_config,
        optimizer=optimizer,
        batch_tokens=rows * context,
        lr=1e-3,
        steps=10**6,
    )
    update = Update(GPT(config.model), config, World(0, 1, torch.device("cpu")))

    def step(inputs: Tensor, targets: Tensor) -> None:
        update(0, inputs, targets)

    return step


def contestants(shape: tuple[int, ...]) -> dict[str, Step]:
    """Everyone's step on one shape; ours come first."""
    from transformers import GPT2Config, GPT2LMHeadModel

    layers, heads, width, context, _, vocab_size = shape
    plain = PlainGPT2(vocab_size, layers, heads, width, context)
    theirs = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=vocab_size,
            n_layer=layers,
            n_head=heads,
            n_embd=width,
            n_positions=context,
            resid_pdrop=0.0,
            embd_pdrop=0.0,
            attn_pdrop=0.0,
            bos_token_id=0,
            eos_token_id=0,
        )
    ).train()
    return {
        "llmcourse, AdamW": our_step(shape, "adamw"),
        "llmcourse, Muon": our_step(shape, "muon"),
        "plain GPT-2": peer_step(plain, plain),
        "transformers": peer_step(theirs, lambda ids: theirs(input_ids=ids).logits),
    }


def measure(shape: tuple[int, ...], rounds: int, steps: int) -> dict[str, list[float]]:
    """Milliseconds a step: who -> one mean a round."""
    *_, context, rows, vocab_size = shape
    ids = torch.randint(vocab_size, (rows, context + 1))
    inputs, targets = ids[:, :-1].contiguous(), ids[:, 1:].contiguous()
    works = contestants(shape)
    times: dict[str, list[float]] = {who: [] for who in works}
    for _ in range(rounds):
        for who, work in works.items():
            work(inputs, targets)  # its memory is warm again
            started = time.perf_counter()
            for _ in range(steps):
                work(inputs, targets)
            times[who].append((time.perf_counter() - started) / steps * 1e3)
    return times


def main(
    rounds: Annotated[int, typer.Option(min=3, help="Interleaved rounds.")] = 7,
    steps: Annotated[int, typer.Option(min=1, help="Steps of each in a round.")] = 5,
    threads: Annotated[
        int | None, typer.Option(help="Of torch.", show_default="torch's own")
    ] = None,
) -> None:
    """Time a training step on two shapes."""
    if threads:
        torch.set_num_threads(threads)
    for name, shape in SHAPES.items():
        times = measure(shape, rounds, steps)
        table = Table(title=f"{name}; {shape[4]} rows of {shape[3]}; milliseconds a step")
        for heading in ("who", "best", "median", "ratio to AdamW", "ratio to Muon"):
            table.add_column(heading, justify="left" if heading == "who" else "right")
        for who, own in times.items():
            ratios = [
                f"{min(own) / min(ours):.2f} (median {median(own) / median(ours):.2f})"
                for ours in [*times.values()][:2]
            ]
            table.add_row(who, f"{min(own):.1f}", f"{median(own):.1f}", *ratios)
        Console().print(table)


if __name__ == "__main__":
    typer.run(main)
