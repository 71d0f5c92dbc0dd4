"""`llmcourse chat`: ask a trained model questions."""

import typer

from llmcourse.cli.sample import MaxTokens, Model, Seed, Temperature, TopK, TopP, show

EXAMPLE = (
    "Example: llmcourse train --data riverbank:dialogues --steps 400 --out runs/dialogues"
    " && llmcourse chat runs/dialogues"
)


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
    from llmcourse.decoding import Sampler, stream
    from llmcourse.riverbank import ANSWER, QUESTION

    trained = zoo.load(model)
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


def _ask() -> str:
    """The next question; empty at the end of the talk."""
    try:
        return typer.prompt("you", prompt_suffix="> ", default="", show_default=False).strip()
    except typer.Abort:
        return ""
