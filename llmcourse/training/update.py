"""One step of training: a batch in, new weights and the loss out.

What a step needs and the next one keeps is here: the optimizers, the schedule, the number format.
`pretrain.py` calls it in a loop.
"""

import math
from collections.abc import Iterator

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from llmcourse.errors import UserError
from llmcourse.network import GPT
from llmcourse.training.config import TrainConfig
from llmcourse.training.distributed import World
from llmcourse.training.loss import IGNORED, cross_entropy
from llmcourse.training.optimizers import optimizers_for
from llmcourse.training.precision import choose_dtype, mixed_precision

AT_ONCE = {"cpu": 2**20, "cuda": 2**27}
"""Logits that are computed together: 4 MB of them stay in a processor's cache."""


class Update:
    """Forward, backward, sum over processes, clip, optimizers.

    The loss is the mean over the targets of the whole batch, however that is cut into rows for
    several processes and parts that fit on a device: each adds its sum divided by that one count.
    """

    def __init__(self, model: GPT, config: TrainConfig, world: World):
        self.model, self.config, self.world = model, config, world
        self.dtype = choose_dtype(config.precision, world.device)
        self.optimizers = optimizers_for(
            model,
            config.optimizer,
            lr=config.lr,
            matrix_lr=config.matrix_lr,
            betas=config.betas,
            weight_decay=config.weight_decay,
            dtype=torch.bfloat16 if self.dtype == torch.bfloat16 else torch.float32,
        )
        self.schedule = config.schedule
        self.scaler = torch.amp.GradScaler(world.device.type, enabled=self.dtype == torch.float16)
        self._peaks = [(group, group["lr"]) for o in self.optimizers for group in o.param_groups]
        self._hidden = torch.compile(model.hidden) if world.device.type == "cuda" else model.hidden

    def __call__(self, step: int, inputs: Int[Tensor, "B T"], targets: Int[Tensor, "B T"]) -> float:
        """Do step `step`, the first being 0, and return the loss before it, in nats a token.

        Raises UserError where the loss or the gradient is not a number, before any weight changes.
        """
        loss = self._backward(inputs, targets)
        parameters = list(self.model.parameters())
        if self.world.size > 1:
            for p in parameters:
                if p.grad is None:  # this process had no row
                    p.grad = torch.zeros_like(p)
        self.world.sum([loss, *(p.grad for p in parameters if p.grad is not None)])
        for optimizer in self.optimizers:
            self.scaler.unscale_(optimizer)
        norm = nn.utils.clip_grad_norm_(parameters, self.config.clip)
        value = loss.item()
        if not math.isfinite(value) or not (self.scaler.is_enabled() or norm.isfinite()):
            raise UserError(
                f"The loss of step {step + 1} is {value}, and its gradient is {norm.item()} long.",
                todo="Start again with lower learning rates (lr, matrix_lr). "
                "The last checkpoint is unchanged.",
            )
        share = self.schedule.share(step)
        for group, peak in self._peaks:
            group["lr"] = peak * share
        for optimizer in self.optimizers:
            self.scaler.step(optimizer)
            optimizer.zero_grad()
        self.scaler.update()
        return value

    def _backward(self, inputs: Int[Tensor, "B T"], targets: Int[Tensor, "B T"]) -> Tensor:
        """Add the gradients of this process's rows; return its share of the loss."""
        device = self.world.device
        count = int((targets != IGNORED).sum())
        total = torch.zeros((), device=device)
        for some in self._parts(*inputs.shape):
            with mixed_precision(device, self.dtype):
                x = self._hidden(inputs[some].to(device)).flatten(0, 1)  # tokens C
            total += self._backward_from(x, targets[some].to(device).flatten(), count)
        return total

    def _backward_from(
        self, x: Float[Tensor, "tokens C"], targets: Int[Tensor, "tokens"], count: int
    ) -> Tensor:
        """Backward through the head, some tokens at a time, then once through the rest.

        The logits are by far the largest tensor of a step, V numbers a token. In pieces they never
        exist at once, and on a processor each piece stays in its cache.
        """
        total = torch.zeros((), device=x.device)
        at_once = max(1, AT_ONCE[x.device.type] // self.model.config.vocab_size)
        leaf = x.detach().requires_grad_()
        for some, wanted in zip(leaf.split(at_once), targets.split(at_once), strict=True):
            with mixed_precision(x.device, self.dtype):
                logits = self.model.head(some)
            loss = cross_entropy(logits, wanted, "sum") / count
            self.scaler.scale(loss).backward()
            total += loss.detach()
        x.backward(leaf.grad)
        return total

    def _parts(self, rows: int, length: int) -> Iterator[slice]:
        """This process's rows of a batch, as many at a time as fit on the device."""
        rank, size = self.world.rank, self.world.size
        fit = max(1, self.config.device_tokens // length)
        for first in range(rank, rows, fit * size):
            yield slice(first, min(first + fit * size, rows), size)
