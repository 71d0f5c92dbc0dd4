"""`llmcourse train`: from a text to a trained model in a run folder."""

import os
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from llmcourse.cli.summary import record
from llmcourse.errors import UserError

if TYPE_CHECKING:
    from llmcourse.training import TrainConfig

EXAMPLE = "Example: llmcourse train --data austen --steps 200 --out runs/austen --set eval_every=50"


def train(
    preset: Annotated[str, typer.Option(help="tiny, char, t4 or gpt2.")] = "tiny",
    data: Annotated[
        str | None,
        typer.Option(
            help="riverbank, riverbank:dialogues, austen, tinystories, hub:owner/name, or a path."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The run folder.", show_default="runs/ and the data's name")
    ] = None,
    depth: Annotated[
        int | None,
        typer.Option(min=1, help="Blocks; width, heads, learning rate and batch follow."),
    ] = None,
    steps: Annotated[int | None, typer.Option(help="Updates of the weights.")] = None,
    vocab_size: Annotated[int | None, typer.Option(help="Tokens of a new BPE tokenizer.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of first weights and order of data.")] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Any other setting of the preset."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in --out, with its own settings.")
    ] = False,
    zoo: Annotated[
        str | None, typer.Option(help="Train this model of the zoo into the user's cache instead.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the result to this file.")] = None,
) -> None:
    """Train a GPT on a text. The default: a small town's stories, about 3 minutes on two cores.

    Ctrl-C stops after the current step and saves; --resume goes on. Under torchrun it uses every
    process: torchrun --nproc-per-node 2 -m llmcourse train
    """
    from llmcourse import zoo as models
    from llmcourse.training import PRESETS
    from llmcourse.training.run_folder import read_config, read_log

    if zoo is not None:
        folder = models.train(zoo)
        record(json, {"folder": str(folder), "seconds": read_log(folder)[-1]["seconds"]})
        typer.echo(f"The model is in {folder}. Let it write: llmcourse sample {zoo}")
        return
    if preset not in PRESETS:
        raise UserError(f"There is no preset {preset!r}.", todo=f"Choose {', '.join(PRESETS)}.")
    if resume and out is None:
        raise UserError("--resume does not say which run.", todo="Give its folder with --out.")
    config = read_config(out) if resume and out else PRESETS[preset]
    if depth is not None:
        config = config.at_depth(depth)
    given = {"data": data, "steps": steps, "vocab_size": vocab_size, "seed": seed}
    given = {name: value for name, value in given.items() if value is not None}
    config = override(config, given | dict(map(_setting, settings or [])))
    folder = out or Path("runs") / Path(config.data.rpartition("/")[2].replace(":", "-")).stem
    seconds = _run(config, folder, resume)
    record(json, {"folder": str(folder), "seconds": seconds})


def _run(config: "TrainConfig", out: Path, resume: bool) -> float:
    """Train with a progress bar, let the model write a few samples, and say where everything is."""
    from llmcourse.progress import TrainingBar
    from llmcourse.training import Stopped, pretrain

    bar = TrainingBar()
    if os.environ.get("RANK", "0") != "0":  # one of several processes, and not the one that speaks
        pretrain(config, out, resume=resume)
        return 0.0
    try:
        with bar.shown():
            done = pretrain(config, out, resume=resume, on_step=bar.on_step, on_stage=bar.on_stage)
    except Stopped as stop:
        typer.echo(f"Stopped after step {stop.step} of {config.steps}; everything is saved.")
        typer.echo(f"Go on with: llmcourse train --resume --out {stop.out}")
        raise typer.Exit(130) from None
    _write_samples(out)
    typer.echo(
        f"Validation loss {done.validation.per_token:.4f} nats a token after {done.seconds:.0f} s. "
        f"Everything is in {out}."
    )
    typer.echo(f"Let it write: llmcourse sample {out}. Measure it: llmcourse evaluate {out}")
    return done.seconds


def _write_samples(folder: Path, count: int = 5) -> None:
    from llmcourse import zoo
    from llmcourse.decoding import Sampler
    from llmcourse.evaluation import sample_texts
    from llmcourse.files import replacing

    with replacing(folder / "samples.txt") as temporary:
        trained = zoo.load(folder)
        texts = sample_texts(trained.network, trained.tokenizer, count, Sampler(seed=0))
        temporary.write_text("\n\n".join(texts) + "\n", encoding="utf-8")


def _setting(text: str) -> tuple[str, Any]:
    """NAME=VALUE as a name and a number, a list or a word.

    >>> _setting("lr=1e-3"), _setting("decay=cosine"), _setting("betas=[0.9, 0.99]")
    (('lr', 0.001), ('decay', 'cosine'), ('betas', (0.9, 0.99)))
    """
    import json

    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--set {text} has no value.", todo="Write --set NAME=VALUE.")
    try:
        parsed = json.loads(value)
    except ValueError:
        return name, value
    return name, tuple(parsed) if isinstance(parsed, list) else parsed


def override(config: "TrainConfig", given: dict[str, Any]) -> "TrainConfig":
    """`config` with the given fields of the recipe or of its model changed.

    Raises `UserError` for a field that neither has, or a value of the wrong kind.
    """
    recipe = {field.name for field in fields(config)} - {"model"}
    shape = {field.name for field in fields(config.model)}
    if unknown := given.keys() - recipe - shape:
        raise UserError(
            f"There is no setting {', '.join(sorted(unknown))}.",
            todo=f"The settings are: {', '.join(sorted(recipe | shape))}.",
        )
    try:
        model = replace(config.model, **{n: v for n, v in given.items() if n in shape})
        return replace(config, model=model, **{n: v for n, v in given.items() if n in recipe})
    except TypeError as error:
        raise UserError(
            f"A setting has a value of the wrong kind ({error}).",
            todo="Give a number where the preset has a number, and a word where it has a word.",
        ) from error
