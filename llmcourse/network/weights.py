"""Weights as files: written whole or not at all, read from one file or from several.

A folder holds `model.safetensors`, or shards of it and an index that says in which file each tensor
lies. Opening a pickle can run any code, so none is read.
"""

import json
import os
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.network.gpt import GPT

WEIGHTS, INDEX = "model.safetensors", "model.safetensors.index.json"
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


def save_weights(model: GPT, file: str | os.PathLike) -> None:
    """Write the model's weights to one file."""
    write_tensors(weights_of(model), file)


def weights_of(model: GPT) -> dict[str, Tensor]:
    """All weights by name; a tied output layer is the embedding, and not there twice."""
    weights = dict(model.state_dict())
    if model.config.head == "tied":
        del weights["unembedding.weight"]
    return weights


def write_tensors(tensors: dict[str, Tensor], file: str | os.PathLike) -> None:
    """Write tensors to one safetensors file, whole or not at all."""
    tensors = {name: tensor.contiguous() for name, tensor in tensors.items()}
    with replacing(file) as temporary:
        try:
            safetensors.torch.save_file(tensors, temporary, metadata={"format": "pt"})
        except SafetensorError as error:  # a full disk comes as this and not as an OSError
            raise OSError(str(error)) from error


def read_tensors(folder: Path) -> dict[str, Tensor]:
    """All tensors of the folder by name. Where there are a whole file and shards, the whole one.

    Raises `UserError` where a file is missing, cut off or pickled, or lacks what the index names.
    """
    if (folder / WEIGHTS).exists() or not (folder / INDEX).exists():
        return _read_file(folder / WEIGHTS)
    tensors: dict[str, Tensor] = {}
    for file, names in _shards(folder / INDEX).items():
        shard = _read_file(folder / file)
        if absent := names - set(shard):
            raise UserError(
                f"{folder / INDEX} says that {min(absent)} lies in {file}, and it does not.",
                todo="Copy or download the whole checkpoint again.",
            )
        tensors |= shard
    return tensors


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file of a checkpoint."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            f"{file.parent} is no checkpoint: it has no {file.name}.",
            todo="Give a folder that `llmcourse train` or another library wrote.",
        ) from error
    except OSError as error:
        raise UserError(
            f"{file} could not be read: {error.strerror}.", todo="Check what it is, and who may."
        ) from error
    except ValueError as error:
        raise UserError(f"{file} is no JSON ({error}).", todo="Copy it again.") from error
    if not isinstance(values, dict):
        raise UserError(f"{file} holds no JSON object.", todo="Copy it again.")
    return values


def _shards(index: Path) -> dict[str, set[str]]:
    """What an index says: file -> the names of its tensors."""
    places = read_json(index).get("weight_map")
    shards: dict[str, set[str]] = {}
    for name, file in places.items() if isinstance(places, dict) else ():
        if not isinstance(file, str) or Path(file).name != file:
            raise UserError(
                f"{index} says that {name} lies in {file!r}, which is no file beside it.",
                todo="Copy or download the whole checkpoint again.",
            )
        shards.setdefault(file, set()).add(name)
    if not shards:
        raise UserError(
            f"{index} does not say which file holds which tensor.",
            todo="Copy or download the whole checkpoint again.",
        )
    return shards


def _read_file(file: Path) -> dict[str, Tensor]:
    try:
        return safetensors.torch.load_file(file)
    except FileNotFoundError as error:
        raise _missing(file) from error
    except (SafetensorError, OSError) as error:
        raise UserError(
            f"{file} is cut off or is no safetensors file ({error}).",
            todo="Copy or download it again.",
        ) from error


def _missing(file: Path) -> UserError:
    folder = file.parent
    pickled = sorted(other.name for other in folder.iterdir() if other.suffix in PICKLES)
    if not pickled:
        return UserError(
            f"The checkpoint {folder} has no {file.name}.",
            todo="Give a complete checkpoint in safetensors (pickled ones, *.bin, are not read).",
        )
    return UserError(
        f"The checkpoint {folder} has no {file.name} but {pickled[0]}, a pickle, "
        "and opening a pickle can run any code.",
        todo="Ask for safetensors; or, if you trust who made it, open it with transformers' "
        "from_pretrained and write it anew with save_pretrained.",
    )
