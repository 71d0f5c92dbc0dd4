"""`llmcourse sample`: let a trained model write."""

import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from llmcourse.cli.shared import record

EXAMPLE = 'Example: llmcourse sample riverbank --prompt "One windy morning," --temperature 0.8'

Model = Annotated[
    str,
    typer.Argument(
        help="A run folder, or a model of the zoo, which is trained when first asked for."
    ),
]
MaxTokens = Annotated[int, typer.Option(help="Longest text, in tokens.")]
Temperature = Annotated[
    float, typer.Option(help="0: always the likeliest token; 1: the model's own distribution.")
]
TopK = Annotated[int, typer.Option(help="Draw from the k likeliest tokens; 0: from all.")]
TopP = Annotated[float, typer.Option(help="Draw from the likeliest tokens that weigh p together.")]
MinP = Annotated[
    float, typer.Option(help="Draw from tokens at least p times as likely as the first.")
]
Penalty = Annotated[float, typer.Option(help="Above 1: tokens that were said become less likely.")]
Seed = Annotated[int | None, typer.Option(help="The same seed gives the same text.")]


def sample(
    model: Model = "riverbank",
    prompt: Annotated[str, typer.Option(help="How the text begins; empty: a new document.")] = "",
    count: Annotated[int, typer.Option(min=1, help="How many texts.")] = 1,
    max_tokens: MaxTokens = 400,
    temperature: Temperature = 1.0,
    top_k: TopK = 0,
    top_p: TopP = 1.0,
    min_p: MinP = 0.0,
    repetition_penalty: Penalty = 1.0,
    seed: Seed = None,
    json: Annotated[Path | None, typer.Option(help="Also write the texts to this file.")] = None,
) -> None:
    """Let a trained model write, token by token."""
    from llmcourse import zoo
    from llmcourse.decoding import Sampler, stream

    started = time.perf_counter()
    sampler = Sampler(temperature, top_k, top_p, min_p, repetition_penalty, seed)
    trained = zoo.load(model)
    ids = trained.begin(prompt)
    seeds = Random(seed)  # one for each text: those of seed 1 and of seed 2 have none in common
    texts = []
    for _ in range(count):
        pieces = stream(
            trained.network,
            trained.tokenizer,
            ids,
            max_new_tokens=max_tokens,
            sampler=sampler if seed is None else replace(sampler, seed=seeds.getrandbits(63)),
            end=trained.tokenizer.end_of_text,
        )
        typer.secho(prompt, bold=True, nl=False)
        texts.append(prompt + show(pieces))
        typer.echo()
    record(json, {"texts": texts, "seconds": time.perf_counter() - started})


def show(pieces: Iterable[str]) -> str:
    """Print each piece as it comes, then end the line; return the pieces joined."""
    said = []
    for piece in pieces:
        typer.echo(piece, nl=False)
        said.append(piece)
    typer.echo()
    return "".join(said)
