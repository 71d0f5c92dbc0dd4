"""What another tokenizer costs a trained network: how many steps until it predicts as before.

python book/measure/new_tokenizer.py

The course's model learned from the town's stories as its own tokenizer cuts them. Here it gets
GPT-4's tokens, of which the stories use some 1,200; only these are kept. The blocks of the network
stay, the table of rows is new: random, or each row the mean of the old rows whose tokens spell the
new one. Then it trains on, all of it or the table alone, and so do networks without a past. All
losses are of the same unseen stories, in nats a character, because tokens of two tokenizers can't
be compared. They go to llmcourse/measured/new_tokenizer.json, which the page "Text to numbers"
plots. About twelve minutes on one core.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import torch
from jaxtyping import Float, Integer, UInt
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from torch import Tensor

from llmcourse import zoo
from llmcourse.data import load_corpus
from llmcourse.inputs import BPETokenizer
from llmcourse.inputs.bpe_encoding import cut_by_rank
from llmcourse.network import GPT
from llmcourse.pages import write_measured
from llmcourse.riverbank import Riverbank
from llmcourse.training import PRESETS, Documents, TrainConfig, document_loss
from llmcourse.training.distributed import World
from llmcourse.training.update import Update

RECIPE = PRESETS["tiny"]  # that of the course's model
STEPS = 800  # of every run but one, which has as many as the recipe says
MARKS = {0, 5, 10, 20, 30, 50, 75, *range(100, RECIPE.steps + 1, 50)}  # steps: when to measure
STORIES = 200  # that the losses are measured on
SEED = 0


def main() -> None:
    torch.set_num_threads(1)
    old, new = zoo.load("riverbank"), BPETokenizer.from_tiktoken("cl100k_base")
    unseen = load_corpus("riverbank", "validation", n=STORIES)["text"][:]
    characters = sum(map(len, unseen))
    encoded = [in_a_row(texts, new) for texts in (load_corpus("riverbank")["text"], unseen)]
    used, (train, held_out) = renumbered(encoded)
    end = int(np.searchsorted(used, new.end_of_text))
    spelled = spellings(used.tolist(), new, old.tokenizer)

    def loss(network: GPT, ids: np.ndarray = held_out, end: int = end) -> float:
        length = RECIPE.model.block_size
        return round(document_loss(network, ids, end=end, length=length).nats / characters, 5)

    brief = replace(RECIPE, steps=STEPS)
    alone = replace(brief, optimizer="adamw")  # Muon is for the blocks, and these rest
    runs: dict[str, tuple[GPT, TrainConfig]] = {
        "fresh, whole recipe": (fresh(old.network, len(used)), RECIPE),
        "fresh": (fresh(old.network, len(used)), brief),
    }
    for table, parts in (("random", None), ("spelled", spelled)):
        runs[f"{table}, all"] = with_new_table(old.network, len(used), parts), brief
        network = with_new_table(old.network, len(used), parts)
        runs[f"{table}, table"] = table_alone(network), alone

    curves: dict[str, list[tuple[int, float]]] = {}  # steps done, and the loss then
    columns = TextColumn("{task.description:20}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeRemainingColumn()) as bar:
        for name, (network, recipe) in runs.items():
            task, curves[name] = bar.add_task(name, total=recipe.steps), []
            for step in training(network, recipe, train, end):
                bar.update(task, completed=step)
                if step in MARKS:
                    curves[name].append((step, loss(network)))

    own, town = old.tokenizer, Riverbank()
    found = {
        "used": len(used),
        "copied": sum(len(parts) == 1 for parts in spelled),
        "stories": STORIES,
        "recipe_steps": RECIPE.steps,
        "before": loss(old.network, in_a_row(unseen, own).astype(np.uint16), own.end_of_text),
        "floor": round(-sum(map(town.log_prob, unseen)) / characters, 5),
        "curves": curves,
    }
    write_measured("new_tokenizer", found, command="python book/measure/new_tokenizer.py")
    print(f"nats a character: before {found['before']:.4f}, floor {found['floor']:.4f}")
    for name, curve in curves.items():
        print(f"{name:20}", *(f"{step}: {value:.4f}" for step, value in curve[::6]))


def in_a_row(texts: Iterable[str], tokenizer: BPETokenizer) -> UInt[np.ndarray, "tokens"]:
    """The ids of all texts, with ends of text before, between and behind them."""
    ids = [tokenizer.end_of_text]
    for text in texts:
        ids += [*tokenizer.encode(text), tokenizer.end_of_text]
    return np.array(ids, np.uint32)


def renumbered(
    rows: Sequence[UInt[np.ndarray, "_"]],
) -> tuple[UInt[np.ndarray, "used"], list[UInt[np.ndarray, "_"]]]:
    """The ids that occur, in their order, and the rows with each id as its place among those."""
    used, places = np.unique(np.concatenate(rows), return_inverse=True)
    seams = np.cumsum([len(row) for row in rows])[:-1]
    return used, np.split(places.astype(np.uint16), seams)


def spellings(ids: Iterable[int], new: BPETokenizer, old: BPETokenizer) -> list[list[int]]:
    """For each id of `new` the ids of `old` that spell the same: one, where `old` has the token."""
    return [
        [old.end_of_text]
        if i == new.end_of_text
        else [old.tokens[part] for part in cut_by_rank(new.decode_bytes([i]), old.tokens)]
        for i in ids
    ]


def fresh(like: GPT, vocab_size: int) -> GPT:
    """A network of the same shape with random weights, and a table for `vocab_size` tokens."""
    torch.manual_seed(SEED)
    return GPT(replace(like.config, vocab_size=vocab_size))


def with_new_table(network: GPT, vocab_size: int, parts: list[list[int]] | None) -> GPT:
    """A copy with a table of random rows, or with the means of the old rows that `parts` name."""
    copy = fresh(network, vocab_size)
    copy.blocks.load_state_dict(network.blocks.state_dict())
    copy.norm.load_state_dict(network.norm.state_dict())
    if parts:
        rows = mean_rows(network.embedding.weight.detach(), parts)
        copy.embedding.weight.data.copy_(rows)  # the head is tied to it
    return copy


def mean_rows(table: Float[Tensor, "V C"], parts: Sequence[list[int]]) -> Float[Tensor, "W C"]:
    """Row i is the mean of the rows of `table` that `parts[i]` names."""
    return torch.stack([table[some].mean(dim=0) for some in parts])


def table_alone(network: GPT) -> GPT:
    """The same network, of which training will move the table of rows and nothing else."""
    network.requires_grad_(False).embedding.requires_grad_(True)
    return network


def training(
    network: GPT, recipe: TrainConfig, ids: Integer[np.ndarray, "tokens"], end: int
) -> Iterator[int]:
    """Train in place; give the number of steps done, 0 first."""
    batches = Documents(
        ids, end=end, length=recipe.model.block_size, tokens=recipe.batch_tokens, seed=SEED
    )
    update = Update(network, recipe, World(0, 1, torch.device("cpu")))
    yield 0
    for step in range(recipe.steps):
        update(step, *batches.batch(step))
        yield step + 1


if __name__ == "__main__":
    main()
