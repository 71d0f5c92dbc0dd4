"""Five ways to tell order, each in a small GPT that trains on 32 tokens and then reads 128.

python book/measure/positions.py

The five configurations differ in `position` alone; they train on the same texts in the same
order. The losses of held-out text, by place, go to llmcourse/measured/positions.json, which the
page "Positions" plots. About six minutes on two cores.
"""

from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from llmcourse import zoo
from llmcourse.data import load_corpus
from llmcourse.network import GPT, POSITIONS, Config
from llmcourse.pages import write_measured

TRAINED, READ, BIN = 32, 128, 8  # tokens; places whose losses are averaged
STEPS, BATCH, RATE, SEEDS = 1000, 16, 6e-3, (0, 1, 2)
WINDOWS = 250
CONFIG = Config(
    vocab_size=2048,
    n_layer=2,
    n_head=4,
    n_embd=64,
    block_size=READ,
    norm="layernorm",
    mlp="gelu",
    head="tied",
)


def main() -> None:
    torch.set_num_threads(1)
    trained = zoo.load("riverbank")

    def stream(split: str, n: int) -> Tensor:
        texts = load_corpus("riverbank", split, n=n)["text"]
        return torch.tensor([token for text in texts for token in trained.begin(text)])

    train, validation = stream("train", 4000), stream("validation", 500)
    windows = validation[: WINDOWS * (READ + 1)].view(WINDOWS, READ + 1)
    losses = {
        name: [
            by_place(fit(replace(CONFIG, position=name), train, seed), windows) for seed in SEEDS
        ]
        for name in POSITIONS
    }
    settings = {"trained": TRAINED, "bin": BIN, "steps": STEPS, "config": CONFIG.to_dict()}
    write_measured(
        "positions", settings | {"losses": losses}, command="python book/measure/positions.py"
    )
    for name, runs in losses.items():
        print(
            f"{name:10}", *(f"{sum(column) / len(runs):.2f}" for column in zip(*runs, strict=True))
        )


def fit(config: Config, train: Tensor, seed: int) -> GPT:
    """A network trained on windows of `TRAINED` tokens; one seed, one order of the windows."""
    torch.manual_seed(seed)
    network = GPT(config)
    draw = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=STEPS)
    for _ in range(STEPS):
        start = torch.randint(len(train) - TRAINED - 1, (BATCH, 1), generator=draw)
        rows = train[start + torch.arange(TRAINED + 1)]
        loss = F.cross_entropy(network(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    return network


@torch.no_grad()
def by_place(network: GPT, windows: Tensor) -> list[float]:
    """Mean loss, in nats, of each `BIN` places of the windows."""
    logits = network(windows[:, :-1])
    losses = F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten(), reduction="none")
    return [round(loss, 4) for loss in losses.view(-1, READ // BIN, BIN).mean(dim=(0, 2)).tolist()]


if __name__ == "__main__":
    main()
