"""`llmcourse train`: from a text to a trained model in a run folder."""

import difflib
import os
from dataclasses import replace
from json import loads
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer

from llmcourse.cli.shared import record
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
        others = {"--data": data, "--out": out, "--steps": steps, "--depth": depth, "--seed": seed}
        others |= {"--vocab-size": vocab_size, "--set": settings, "--resume": resume or None}
        if given := [name for name, value in others.items() if value is not None]:
            raise UserError(
                f"--zoo trains a model as it is named there; {', '.join(given)} would change it.",
                todo="Leave that out, or leave out --zoo and give --out a folder.",
            )
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
    folder = out or Path("runs") / _stem(config.data)
    seconds = _run(config, folder, resume)
    record(json, {"folder": str(folder), "seconds": seconds})


def _run(config: "TrainConfig", out: Path, resume: bool) -> float:
    """Train with a progress bar, let the model write a few samples, and say where everything is."""
    from llmcourse.progress import TrainingBar
    from llmcourse.training import pretrain

    bar = TrainingBar()
    if os.environ.get("RANK", "0") != "0":  # one of several processes, and not the one that speaks
        try:
            pretrain(config, out, resume=resume)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None
        return 0.0
    try:
        with bar.shown():
            done = pretrain(config, out, resume=resume, on_step=bar.on_step, on_stage=bar.on_stage)
        _write_samples(out)
    except KeyboardInterrupt:
        typer.echo(_stopped(config, out))
        raise typer.Exit(130) from None
    typer.echo(
        f"Validation loss {done.validation.per_token:.4f} nats a token after {done.seconds:.0f} s. "
        f"Everything is in {out}."
    )
    typer.echo(f"Let it write: llmcourse sample {out}. Measure it: llmcourse evaluate {out}")
    return done.seconds


def _stopped(config: "TrainConfig", out: Path) -> str:
    """What Ctrl-C left in `out`, and how to go on."""
    from llmcourse.training.resume import steps_done
    from llmcourse.training.run_folder import CONFIG, STATE

    if not (out / CONFIG).exists():
        return "Stopped before the training began; no run is left behind."
    return (
        f"Stopped after step {steps_done(out / STATE)} of {config.steps}; everything is saved.\n"
        f"Go on with: llmcourse train --resume --out {out}"
    )


def _stem(data: str) -> str:
    """The name of the run folder of a corpus.

    >>> _stem("riverbank:dialogues"), _stem("hub:owner/name"), _stem("novels/emma.txt")
    ('riverbank-dialogues', 'name', 'emma')
    """
    from llmcourse.data.corpora import path_of

    path = path_of(data)
    return path.resolve().stem if path else data.rpartition("/")[2].replace(":", "-")


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
    name, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--set {text} has no value.", todo="Write --set NAME=VALUE.")
    try:
        parsed = loads(value)
    except ValueError:
        return name, value
    return name, tuple(parsed) if isinstance(parsed, list) else parsed


def override(config: "TrainConfig", given: dict[str, Any]) -> "TrainConfig":
    """`config` with the given fields of the recipe or of its model changed.

    Raises `UserError` for a field that neither has, or a value of the wrong kind.
    """
    recipe, shape = get_type_hints(type(config)), get_type_hints(type(config.model))
    del recipe["model"]
    settings = recipe | shape
    for name, value in given.items():
        if name not in settings:
            near = " or ".join(difflib.get_close_matches(name, settings))
            raise UserError(
                f"There is no setting {name}.",
                todo=f"Did you mean {near}?" if near else f"Choose from: {', '.join(settings)}.",
            )
        if not _fits(value, settings[name]):
            now = getattr(config if name in recipe else config.model, name)
            raise UserError(
                f"{name} cannot be {value!r}.",
                todo=f"Give {_kind(settings[name])}; now it is {'none' if now is None else now}.",
            )
    model = replace(config.model, **{n: v for n, v in given.items() if n in shape})
    return replace(config, model=model, **{n: v for n, v in given.items() if n in recipe})


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value from the command line is of the kind that a field of a record declares.

    >>> _fits(1, float), _fits(1.5, int), _fits((0.9, 0.99), tuple[float, float])
    (True, False, True)
    """
    parts = get_args(hint)
    if isinstance(hint, UnionType):
        return any(_fits(value, part) for part in parts)
    if get_origin(hint) is Literal:
        return value in parts
    if get_origin(hint) is tuple:
        fits = type(value) is tuple and len(value) == len(parts)
        return fits and all(map(_fits, value, parts))
    if hint is float:
        return type(value) in (int, float)
    return type(value) is hint


def _kind(hint: Any) -> str:
    """What a value of a field should be, in words.

    >>> _kind(int | None), _kind(Literal["bpe", "characters"])
    ('a whole number', 'one of bpe, characters')
    """
    if isinstance(hint, UnionType):
        return _kind(get_args(hint)[0])
    if get_origin(hint) is Literal:
        return f"one of {', '.join(get_args(hint))}"
    if get_origin(hint) is tuple:
        return f"a list of {len(get_args(hint))} numbers, such as [0.9, 0.95]"
    return {int: "a whole number", float: "a number", str: "a word"}[hint]
