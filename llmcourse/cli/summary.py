"""`llmcourse summary`: what the steps of `make course` measured, from the file that each leaves."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from llmcourse.errors import UserError

EXAMPLE = "Example: llmcourse summary build/course --json"

STEPS = ("train", "sample", "evaluate", "grade", "book")
"""What `make course` does, in this order; each leaves a file. It may leave out the last two."""

# Key of the summary -> (step whose file holds it, label, how a person reads it).
KEYS = {
    "model": ("evaluate", "model", "{}"),
    "parameters": ("evaluate", "parameters", "{:,}"),
    "loss": ("evaluate", "validation loss, nats a token", "{:.4f}"),
    "floor": ("evaluate", "entropy floor, nats a token", "{:.4f}"),
    "above_floor": ("evaluate", "loss above the floor", "{:.1%}"),
    "bits_per_byte": ("evaluate", "bits a byte", "{:.4f}"),
    "perplexity": ("evaluate", "perplexity, per token", "{:.3f}"),
    "valid_share": ("evaluate", "share of valid samples", "{:.1%}"),
    "valid_share_min_p": ("evaluate", "… with min-p 0.05", "{:.1%}"),
    "plot": ("evaluate", "loss curve", "{}"),
    "scores": ("grade", "sample class", "{}"),
    "index": ("book", "the book", "{}"),
}


def summarize(folder: Path) -> dict[str, Any]:
    """The steps' files as one flat dictionary with fixed keys; `seconds` holds each one's time."""
    results = {}
    for step in STEPS:
        path = folder / f"{step}.json"
        if step in STEPS[3:] and not path.exists():
            continue
        try:
            results[step] = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise UserError(
                f"{path} is missing or not a result of `make course`.",
                todo="Run `make course`; it makes what is missing.",
            ) from error
    summary = {key: results.get(step, {}).get(key) for key, (step, _, _) in KEYS.items()}
    if summary["scores"]:
        best = results["grade"]["max_score"]
        summary["scores"] = {who: f"{got:g}/{best}" for who, got in summary["scores"].items()}
    return summary | {"seconds": {step: result["seconds"] for step, result in results.items()}}


def summary(
    folder: Annotated[Path, typer.Argument(help="Where `make course` left its results.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with fixed keys.")] = False,
) -> None:
    """Print the summary of a course."""
    from rich.console import Console
    from rich.table import Table

    values = summarize(folder)
    if as_json:
        typer.echo(json.dumps(values, indent=2))
        return
    table = Table(title="llmcourse", show_header=False, title_justify="left")
    for key, (_, label, form) in KEYS.items():
        if key == "scores" and values[key]:
            for who, score in values[key].items():
                table.add_row(f"{label}: {who}", score)
        elif values[key] is not None:
            table.add_row(label, form.format(values[key]))
    for step, seconds in values["seconds"].items():
        table.add_row(f"time of {step}", f"{seconds:.0f} s")
    Console().print(table)
