"""`llmcourse evaluate`: what a trained model is worth."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from llmcourse.cli.sample import Model
from llmcourse.cli.shared import record
from llmcourse.cli.summary import KEYS
from llmcourse.errors import UserError

EXAMPLE = "Example: llmcourse evaluate riverbank --samples 50 --plot loss.png"


def evaluate(
    model: Model = "riverbank",
    samples: Annotated[
        int, typer.Option(min=0, help="Texts to draw and hold against the town's grammar.")
    ] = 200,
    plot: Annotated[
        Path | None,
        typer.Option(
            help="Where to draw the loss curve.", show_default="loss.png beside the model"
        ),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the numbers to this file.")] = None,
) -> None:
    """Measure a model on text it has not seen: loss, bits a byte, perplexity.

    On Riverbank also the distance from the entropy floor, and how many of its texts the town could
    have said.
    """
    from rich.console import Console
    from rich.table import Table

    from llmcourse import evaluation, zoo
    from llmcourse.data.corpora import path_of
    from llmcourse.training.run_folder import read_config, read_log

    started = time.perf_counter()
    trained = zoo.load(model)
    config = read_config(trained.folder)
    if (path := path_of(config.data)) and not path.exists():
        raise UserError(
            f"{model} was trained on {path.absolute()}, which is not there; the loss is measured "
            "on the part of it that was held out.",
            todo="Put the file back, or train on text that stays where it is.",
        )
    with Console(stderr=True).status("reading the validation text"):
        found = evaluation.evaluate(trained.network, trained.tokenizer, config, samples=samples)
    path = plot or trained.folder / "loss.png"
    evaluation.draw_curve(read_log(trained.folder), path, floor=found.floor)
    parameters = sum(p.numel() for p in trained.network.parameters())
    result = asdict(found) | {
        "model": str(trained.folder),
        "parameters": parameters,
        "plot": str(path),
        "seconds": time.perf_counter() - started,
    }
    table = Table(title=f"{model} on {config.data}", show_header=False, title_justify="left")
    for key, (step, label, form) in KEYS.items():
        if step == "evaluate" and result[key] is not None:
            table.add_row(label, form.format(result[key]))
    Console().print(table)
    record(json, result)
