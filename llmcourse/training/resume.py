"""The state of a run in one file, so that a killed run goes on as if it had never stopped.

Weights, the optimizers' means and the number of the step: the order of the data follows from that
number, and nothing else is random. One file, replaced in one go, because two could come from
different steps. It is a safetensors file: tensors with names, and text; reading it runs no code.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from llmcourse.errors import UserError
from llmcourse.files import replacing


@dataclass(frozen=True)
class Progress:
    """Where a run is, beyond its tensors."""

    step: int = 0  # steps done
    tokens: int = 0  # learned from
    seconds: float = 0.0  # spent in the steps
    scaler: dict[str, Any] = field(default_factory=dict)  # the loss scale of float16
    corpus: str = ""  # fingerprint of the training text


def save_state(
    file: Path, progress: Progress, model: nn.Module, optimizers: list[torch.optim.Optimizer]
) -> None:
    """Write the state, whole or not at all."""
    tensors = {f"model.{name}": p.detach() for name, p in model.named_parameters()}
    tensors |= _optimizer_tensors(model, optimizers)
    tensors = {name: tensor.cpu().contiguous() for name, tensor in tensors.items()}
    steps = [group.get("steps", 0) for o in optimizers for group in o.param_groups]
    metadata = {"progress": json.dumps(asdict(progress)), "steps": json.dumps(steps)}
    with replacing(file) as temporary:
        temporary.write_bytes(safetensors.torch.save(tensors, metadata))


def load_state(file: Path, model: nn.Module, optimizers: list[torch.optim.Optimizer]) -> Progress:
    """Put the state in `file` into `model` and `optimizers`; a run without one starts at step 0.

    Raises UserError where the file is not what `save_state` wrote for such a model.
    """
    if not file.exists():
        return Progress()
    try:
        with safe_open(file, "pt") as stored, torch.no_grad():
            metadata = stored.metadata()
            targets = {f"model.{name}": p for name, p in model.named_parameters()}
            for name, target in (targets | _optimizer_tensors(model, optimizers)).items():
                target.copy_(stored.get_tensor(name))
        groups = [group for o in optimizers for group in o.param_groups]
        for group, steps in zip(groups, json.loads(metadata["steps"]), strict=True):
            if "steps" in group:
                group["steps"] = steps
        return Progress(**json.loads(metadata["progress"]))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise UserError(
            f"{file} is damaged or belongs to another run: {error}.",
            todo="Start the run anew in another folder (--out).",
        ) from error


def steps_done(file: Path) -> int:
    """How many steps the state in `file` has behind it; 0 where there is none that can be read."""
    try:
        with safe_open(file, "pt") as stored:
            return json.loads(stored.metadata()["progress"])["step"]
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return 0


def _optimizer_tensors(
    model: nn.Module, optimizers: list[torch.optim.Optimizer]
) -> dict[str, Tensor]:
    """What the optimizers remember of each parameter, under the parameter's name."""
    names = {p: name for name, p in model.named_parameters()}
    return {
        f"{key}.{names[p]}": tensor
        for optimizer in optimizers
        for p, memory in optimizer.state.items()
        for key, tensor in memory.items()
    }
