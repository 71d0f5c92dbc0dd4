"""`llmcourse chat`: ask a trained model questions."""

from pathlib import Path

import typer

from llmcourse.cli.sample import MaxTokens, Model, Seed, Temperature, TopK, TopP, show
from llmcourse.errors import UserError

DIALOGUES = "riverbank:dialogues"
TRAIN = f"llmcourse train --data {DIALOGUES} --steps 400 --out runs/dialogues"
EXAMPLE = f"Example: {TRAIN} && llmcourse chat runs/dialogues"


def chat(
    model: Model,
    max_tokens: MaxTokens = 100,
    temperature: Temperature = 0.0,
    top_k: TopK = 0,
    top_p: TopP = 1.0,
    seed: Seed = None,
) -> None:
    """Ask a model that learned from dialogues, a line each; an empty line or Ctrl-D ends the talk.

    The model reads the talk so far in the layout of the town's dialogues ("Question: …", "Answer:
    …"). When the talk outgrows its context, the oldest turns are left out.
    """
    from llmcourse import zoo
    from llmcourse.data.corpora import NAMES
    from llmcourse.decoding import Sampler, stream
    from llmcourse.riverbank import ANSWER, QUESTION

    trained = zoo.load(model)
    try:
        trained.begin(f"{QUESTION}{ANSWER}")
    except UserError as error:
        raise UserError(
            f'{model} cannot be asked anything: a talk is laid out as "{QUESTION}… '
            f'{ANSWER.strip()} …", and it knows single characters, but not all of these.',
            todo=f"Train a model of dialogues: {TRAIN}",
        ) from error
    if (data := _data(trained.folder)) != DIALOGUES:
        but = ", which has no dialogues:" if data in NAMES else "; unless that has dialogues,"
        typer.echo(
            f"Note: {model} was trained on {data}{but} its answers make no sense. "
            f"For one that can answer: {TRAIN}",
            err=True,
        )
    sampler = Sampler(temperature, top_k, top_p, seed=seed)
    turns: list[str] = []
    while question := _ask():
        turns.append(f"{QUESTION}{question}{ANSWER}")
        ids = trained.begin("".join(turns))
        while len(ids) + max_tokens > trained.network.config.block_size and len(turns) > 1:
            del turns[0]
            ids = trained.begin("".join(turns))
        pieces = stream(
            trained.network,
            trained.tokenizer,
            ids,
            max_new_tokens=max_tokens,
            sampler=sampler,
            end=trained.tokenizer.end_of_text,
            stop="\n",
        )
        turns[-1] += show(pieces) + "\n"


def _data(folder: Path) -> str:
    """The corpus that the model in `folder` was trained on, as far as is known."""
    from llmcourse.training.run_folder import read_config

    try:
        return read_config(folder).data
    except UserError:  # a checkpoint from elsewhere
        return "a text that is not known here"


def _ask() -> str:
    """The next question; empty at the end of the talk."""
    try:
        return typer.prompt("you", prompt_suffix="> ", default="", show_default=False).strip()
    except typer.Abort:
        return ""
