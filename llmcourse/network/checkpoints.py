"""Trained networks on disk: a folder with `config.json` and the weights, in one of four layouts.

Our own `config.json` has the `Config` under the key "model"; those of other libraries are described
in `layouts`. The weights' files are the business of `weights.py`, optimizer state and the place in
the data that of training.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.network.config import Config
from llmcourse.network.gpt import GPT
from llmcourse.network.layouts import LAYOUTS, Layout
from llmcourse.network.weights import (
    INDEX,
    WEIGHTS,
    read_json,
    read_tensors,
    weights_of,
    write_tensors,
)

CONFIG = "config.json"
OWN = "llmcourse"


def save_checkpoint(model: GPT, path: str | os.PathLike, *, layout: str = OWN) -> None:
    """Write the folder `path` with the model's `config.json` and `model.safetensors`.

    The layouts "gpt2", "llama" and "mistral" are for other libraries: the `from_pretrained` of
    transformers reads them. Raises `UserError` for a model with a part that the layout lacks.
    """
    values: dict[str, Any] = {"model": model.config.to_dict()}
    tensors = weights_of(model)
    if layout != OWN:
        if layout not in LAYOUTS:
            raise UserError(
                f"There is no layout {layout!r}.",
                todo=f"Choose one of: {', '.join((OWN, *LAYOUTS))}.",
            )
        values = LAYOUTS[layout].values(model.config)
        tensors = LAYOUTS[layout].written(tensors, model.config)
    with replacing(Path(path) / CONFIG) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n")
    write_tensors(tensors, Path(path) / WEIGHTS)


def load_checkpoint(path_or_hub_id: str | os.PathLike) -> GPT:
    """The model of a folder, or of a repository on the Hugging Face hub ("openai-community/gpt2").

    Weights become float32 on the CPU. Raises `UserError` for a checkpoint that is missing, cut off,
    of another architecture, or does not fit its own `config.json`.
    """
    folder = _folder(path_or_hub_id)
    config, layout = _described(folder / CONFIG)
    state = _state(folder, config, layout)
    model = GPT(config)
    if config.head == "tied":
        state["unembedding.weight"] = state["embedding.weight"]
    model.load_state_dict(state)
    return model


def _folder(path_or_hub_id: str | os.PathLike) -> Path:
    path = Path(path_or_hub_id)
    if path.is_dir():
        return path
    if path.exists():
        raise UserError(
            f"{path} is a file, and a checkpoint is a folder.", todo=f"Give {path.parent}."
        )
    if not re.fullmatch(r"[\w-][\w.-]*(/[\w.-]+)?", str(path_or_hub_id)):
        raise UserError(f"There is no folder {path}.", todo="Give the folder of a checkpoint.")
    return _downloaded(str(path_or_hub_id))


def _downloaded(name: str) -> Path:
    """The folder in the cache of the hub's client, which keeps what it has downloaded once."""
    import huggingface_hub  # late: it is slow to import, and a folder needs none of this
    from huggingface_hub import constants, errors

    from llmcourse.data.hub import answers

    try:
        found = huggingface_hub.snapshot_download(
            name,
            allow_patterns=[CONFIG, WEIGHTS, INDEX, "model-*-of-*.safetensors"],
            local_files_only=not answers(constants.ENDPOINT),
        )
    except (errors.RepositoryNotFoundError, errors.GatedRepoError) as error:
        raise UserError(
            f"There is no folder {name} here, and no model {name} on the hub that you may read.",
            todo="Look it up on huggingface.co/models; log in (`hf auth login`) to a gated one.",
        ) from error
    except errors.LocalEntryNotFoundError as error:
        raise UserError(
            f"There is no folder {name} here, and the Hugging Face hub does not answer.",
            todo="Give the folder of a checkpoint, or connect to the network.",
        ) from error
    except Exception as error:  # the hub's client fails in many types
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise UserError(
            f"There is no folder {name} here, and the hub did not give it ({reason}).",
            todo="Check the name, the network and the space on the disk, then try again.",
        ) from error
    return Path(found)


def _described(file: Path) -> tuple[Config, Layout | None]:
    """What a `config.json` says; the layout is None where it is our own."""
    values = read_json(file)
    kind = values.get("model_type")
    try:
        if isinstance(values.get("model"), dict):
            return Config.from_dict(values["model"]), None
        if isinstance(kind, str) and kind in LAYOUTS:
            return _plain(values, LAYOUTS[kind]), LAYOUTS[kind]
    except KeyError as error:
        raise UserError(f"{file} lacks {error}.", todo="Copy or download it again.") from error
    except UserError as error:
        raise UserError(f"{file}: {error.wrong}", todo=error.todo) from error
    described = "does not say what model it describes"
    if kind is not None:
        described = f"describes a model of type {kind!r}"
    raise UserError(
        f"{file} {described}.",
        todo=f"Known are the course's own checkpoints and: {', '.join(LAYOUTS)}.",
    )


def _plain(values: dict[str, Any], layout: Layout) -> Config:
    if (quantized := values.get("quantization_config")) is not None:
        raise UserError(
            f"The weights are quantized ({quantized}).", todo="Give them in 16 or 32 bits."
        )
    return layout.read(values)


def _state(folder: Path, config: Config, layout: Layout | None) -> dict[str, Tensor]:
    """The network's state out of the folder's tensors, each of which must be used and must fit."""
    tensors = read_tensors(folder)
    if layout is None:
        with torch.device("meta"):  # shapes without memory
            wanted = {name: tuple(t.shape) for name, t in weights_of(GPT(config)).items()}
        _demand_fit(folder, tensors, wanted)
        return tensors
    tensors, links = layout.own_names(tensors, config), layout.links(config)
    _demand_fit(folder, tensors, {n: shape for link in links for n, shape in link.theirs.items()})
    return {link.ours: link.join(*(tensors[name] for name in link.theirs)) for link in links}


def _demand_fit(
    folder: Path, tensors: dict[str, Tensor], wanted: dict[str, tuple[int, ...]]
) -> None:
    """Raise `UserError`, with every way in which the tensors are not those that are wanted."""
    wrong = []
    if missing := sorted(set(wanted) - set(tensors)):
        wrong.append(f"lacks {_listed(missing)}")
    if extra := sorted(set(tensors) - set(wanted)):
        wrong.append(f"holds {_listed(extra)}, which it should not")
    misfits = [
        f"{name} as {tuple(tensor.shape)} instead of {wanted[name]}"
        for name, tensor in sorted(tensors.items())
        if name in wanted and tensor.shape != wanted[name]
    ]
    if misfits:
        wrong.append(f"holds {_listed(misfits)}")
    if whole := sorted(name for name, t in tensors.items() if not t.is_floating_point()):
        wrong.append(f"holds whole numbers in {_listed(whole)}")
    if wrong:
        raise UserError(
            f"The weights in {folder} do not fit its {CONFIG}: it {'; it '.join(wrong)}.",
            todo="Use both from one checkpoint, as they were saved.",
        )


def _listed(names: list[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
