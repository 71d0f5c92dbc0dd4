"""Trained weights on disk: written in one layout, read in three, never by unpickling.

A checkpoint is a folder with `config.json` and `model.safetensors` (or several files and an index).
Our own has the `Config` under the key "model"; those of other libraries are read through
`layouts.py`. Optimizer state and the place in the data are the business of training.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.network.config import Config
from llmcourse.network.gpt import GPT
from llmcourse.network.layouts import LAYOUTS, Layout

CONFIG, WEIGHTS, INDEX = "config.json", "model.safetensors", "model.safetensors.index.json"


def save_checkpoint(model: GPT, path: str | os.PathLike) -> None:
    """Write the folder `path` with the model's `config.json` and `model.safetensors`."""
    with replacing(Path(path) / CONFIG) as temporary:
        temporary.write_text(json.dumps({"model": model.config.to_dict()}, indent=2) + "\n")
    save_weights(model, Path(path) / WEIGHTS)


def save_weights(model: GPT, file: str | os.PathLike) -> None:
    """Write the weights alone, whole or not at all; a tied output layer is not written twice."""
    state = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    if model.config.head == "tied":
        del state["unembedding.weight"]
    with replacing(file) as temporary:
        try:
            safetensors.torch.save_file(state, temporary, metadata={"format": "pt"})
        except SafetensorError as error:  # a full disk comes as this and not as an OSError
            raise OSError(str(error)) from error


def load_checkpoint(path_or_hub_id: str | os.PathLike) -> GPT:
    """The model of a folder, or of a repository on the Hugging Face hub ("openai-community/gpt2").

    Weights become float32 on the CPU. Raises `UserError` for a checkpoint that is missing, cut off,
    of another architecture, or does not fit its own `config.json`.
    """
    folder = _folder(path_or_hub_id)
    values = _read_json(folder / CONFIG)
    if "model" in values:
        config, layout = Config.from_dict(values["model"]), None
    else:
        config, layout = _foreign_config(folder, values)
    model = GPT(config)
    model.load_state_dict(_state(folder, model, layout))
    return model


def _folder(path_or_hub_id: str | os.PathLike) -> Path:
    path = Path(path_or_hub_id)
    if path.is_dir():
        return path
    if not re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)?", str(path_or_hub_id)):
        raise UserError(f"There is no folder {path}.", todo="Give the folder of a checkpoint.")
    import huggingface_hub  # late: it is slow to import, and a folder does not need it

    try:
        found = huggingface_hub.snapshot_download(
            str(path_or_hub_id), allow_patterns=[CONFIG, "model*.safetensors", INDEX]
        )
    except Exception as error:  # the hub's client fails in many types
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise UserError(
            f"{path} is no folder here, and the hub gave no such model ({reason}).",
            todo="Check the name, and the network.",
        ) from error
    return Path(found)


def _foreign_config(folder: Path, values: dict[str, Any]) -> tuple[Config, Layout]:
    kind = values.get("model_type")
    if kind not in LAYOUTS:
        raise UserError(
            f"{folder / CONFIG} describes a model of type {kind!r}.",
            todo=f"Known are the course's own checkpoints and: {', '.join(LAYOUTS)}.",
        )
    try:
        return LAYOUTS[kind].config(values), LAYOUTS[kind]
    except KeyError as error:
        raise UserError(
            f"{folder / CONFIG} lacks {error}.", todo="Download the checkpoint again."
        ) from error


def _state(folder: Path, model: GPT, layout: Layout | None) -> dict[str, Tensor]:
    """The state of `model` out of the folder's tensors, each of which must be used and must fit."""
    tensors = _read_tensors(folder)
    tied = model.config.head == "tied"
    if layout is not None:
        unused = (*layout.ignored, "lm_head.weight") if tied else layout.ignored
        tensors = {
            name.removeprefix(layout.prefix): tensor
            for name, tensor in tensors.items()
            if not name.endswith(unused)
        }

    def take(name: str, *shape: int) -> Tensor:
        if name not in tensors:
            raise _unfit(folder, f"lacks the tensor {name}")
        tensor = tensors.pop(name)
        if tensor.shape != shape:
            raise _unfit(folder, f"holds {name} as {tuple(tensor.shape)} instead of {shape}")
        return tensor

    if layout is not None:
        state = layout.state(model.config, take)
    else:
        shapes = {name: tensor.shape for name, tensor in model.state_dict().items()}
        if tied:
            del shapes["unembedding.weight"]
        state = {name: take(name, *shape) for name, shape in shapes.items()}
    if tied:
        state["unembedding.weight"] = state["embedding.weight"]
    if tensors:
        raise _unfit(folder, f"holds {len(tensors)} tensors too many, such as {min(tensors)}")
    return state


def _unfit(folder: Path, wrong: str) -> UserError:
    return UserError(
        f"The checkpoint {folder} {wrong}: weights and {CONFIG} do not belong together.",
        todo="Use both files of one checkpoint.",
    )


def _read_tensors(folder: Path) -> dict[str, Tensor]:
    """All tensors of the folder by name, from one file or from the several that an index lists."""
    if (folder / INDEX).exists():
        files = sorted(set(_read_json(folder / INDEX).get("weight_map", {}).values()))
    else:
        files = [WEIGHTS]
    tensors = {}
    for file in files:
        try:
            tensors |= safetensors.torch.load_file(folder / file)
        except FileNotFoundError as error:
            raise UserError(
                f"The checkpoint {folder} has no {file}.",
                todo="Give a complete checkpoint in safetensors; pickled weights are not read.",
            ) from error
        except (SafetensorError, OSError) as error:
            raise UserError(
                f"{folder / file} is cut off or is no safetensors file ({error}).",
                todo="Copy or download it again.",
            ) from error
    return tensors


def _read_json(file: Path) -> dict[str, Any]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(
            f"{file.parent} is no checkpoint: it has no {file.name}.",
            todo="Give a folder that `llmcourse train` or another library wrote.",
        ) from error
    except ValueError as error:
        raise UserError(f"{file} is no JSON ({error}).", todo="Copy it again.") from error
    if not isinstance(values, dict):
        raise UserError(f"{file} holds no JSON object.", todo="Copy it again.")
    return values
