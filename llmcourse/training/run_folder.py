"""The folder of a run: what was asked for, what came out of it, and who is using it.

    config.json             {"model": …, "training": …}
    tokenizer.json
    model.safetensors       the weights, for everyone who uses the model
    optimizer.safetensors   the whole state, for the run itself (see resume.py)
    log.jsonl               a line a step

Every file is whole or not there, at any moment.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.network import Config
from llmcourse.training.config import TrainConfig

CONFIG, TOKENIZER, WEIGHTS = "config.json", "tokenizer.json", "model.safetensors"
STATE, LOG, LOCK = "optimizer.safetensors", "log.jsonl", ".lock"


@contextmanager
def claimed(out: Path, *, resume: bool) -> Iterator[None]:
    """Hold `out` for this process: a new folder, or with `resume` that of an earlier run.

    The operating system frees the lock of a killed process. Where nothing was written, nothing is
    left, not even a folder around `out` that was made for it.

    Raises UserError where another process trains there, where there is a run already, or where
    there is none to resume.
    """
    if resume and not (out / CONFIG).is_file():
        raise _no_run(out)
    if not resume and (out / CONFIG).exists():
        raise UserError(
            f"There is a run in {out} already.",
            todo="Go on with it (--resume), or choose another folder (--out).",
        )
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(out / LOCK)
        lock.acquire(timeout=0)
    except Timeout:
        raise UserError(
            f"Another process is training in {out}.",
            todo="Wait until it ends, or choose another folder (--out).",
        ) from None
    except OSError as error:
        raise UserError(
            f"{out} cannot be written to: {error.strerror}.", todo="Choose another folder (--out)."
        ) from error
    try:
        yield
    finally:
        lock.release()
        if not (out / CONFIG).exists():
            (out / LOCK).unlink(missing_ok=True)
            with suppress(OSError):  # something else is in it by now
                for folder in made:
                    folder.rmdir()


def write_config(out: Path, config: TrainConfig, model: Config) -> None:
    """Write config.json: `model` as it is built, with the tokenizer's vocabulary."""
    with replacing(out / CONFIG) as temporary:
        values = {"model": model.to_dict(), "training": config.to_dict()}
        temporary.write_text(json.dumps(values, indent=2) + "\n")


def read_config(out: Path) -> TrainConfig:
    """What the run in `out` was started with. Raises UserError where there is none."""
    if not (out / CONFIG).is_file():
        raise _no_run(out)
    try:
        values = json.loads((out / CONFIG).read_text())
        model, training = values["model"], values["training"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{out / CONFIG} is not the configuration of a run.",
            todo="Give the folder that `llmcourse train` wrote (--out).",
        ) from error
    return TrainConfig.from_dict(model, training)


def _no_run(out: Path) -> UserError:
    """The error for a folder without a run: it names the runs that lie beside it or in runs/."""
    logs = {*out.parent.glob(f"*/{LOG}"), *Path("runs").glob(f"*/{LOG}")}
    runs = ", ".join(sorted(str(log.parent) for log in logs)[:5])
    return UserError(
        f"There is no run in {out}.",
        todo="Give the folder that `llmcourse train` wrote"
        + (f": {runs}." if runs else f", or make it: llmcourse train --out {out}"),
    )


def check_same(asked: TrainConfig, found: TrainConfig, out: Path) -> None:
    """Raise UserError where the two differ, with the first field that does."""
    for record, other in ((asked, found), (asked.model, found.model)):
        for field in fields(record):
            ours, theirs = getattr(record, field.name), getattr(other, field.name)
            if field.name != "model" and ours != theirs:
                raise UserError(
                    f"The run in {out} was started with {field.name} {theirs!r}, not {ours!r}.",
                    todo="Resume it with its own settings, or start another run (--out).",
                )


@contextmanager
def log_from(out: Path, step: int) -> Iterator[Callable[[dict[str, Any]], object]]:
    """Give a function that adds a record to log.jsonl: one line a step, in order, each step once.

    A killed run may have logged steps that its last state does not know. The log is opened at
    `step`, and forgets what came after it.
    """
    kept = [line for line, record in _records(out / LOG) if record["step"] <= step]
    with replacing(out / LOG) as temporary:
        temporary.write_text("".join(kept))
    with open(out / LOG, "a", buffering=1) as file:  # line by line, so that a kill loses none
        yield lambda record: file.write(json.dumps(record) + "\n")


def read_log(out: Path) -> list[dict[str, Any]]:
    """The lines of the log of the run in `out`, in order."""
    return [record for _, record in _records(out / LOG)]


def _records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each line and what it says, up to one that was cut off."""
    if not path.exists():
        return
    with open(path) as file:
        for line in file:
            if not line.endswith("\n"):
                return
            yield line, json.loads(line)
