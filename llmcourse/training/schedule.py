"""The learning rate as a function of the step: up from zero first, down towards the end.

The optimizers are given a peak; a `Schedule` says which share of it each step uses.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from llmcourse.errors import UserError


@dataclass(frozen=True)
class Schedule:
    """Linear warm-up, then one of three ways down over the rest of the run.

    Shares of the peak for 10 steps of which 2 warm up, going down to 0:

        step      0    1    2    3    4    5    6    7    8    9
        linear   .5   1    1   .88  .75  .62  .5   .38  .25  .12
        cosine   .5   1    1   .96  .85  .69  .5   .31  .15  .04
        wsd      .5   1    1    1    1    1    1    1    1   .5      (cooldown 0.2)

    The last step still moves the weights: zero would be reached at step 10, which never comes.
    "cosine" is that of Loshchilov & Hutter (2017) without restarts, "wsd" (warm-up, stable, decay)
    that of Hu et al. (2024).
    """

    steps: int  # of the whole run
    warmup: int = 0  # steps of the way up
    decay: Literal["linear", "cosine", "wsd"] = "linear"
    final: float = 0.0  # share of the peak at the end
    cooldown: float = 0.2  # wsd: share of all steps that goes down

    def __post_init__(self) -> None:
        if self.decay not in DECAYS:
            raise UserError(
                f"decay is {self.decay!r}, which is not one of the choices.",
                todo=f"Choose one of: {', '.join(DECAYS)}.",
            )
        if not 0 <= self.warmup < self.steps:
            raise UserError(
                f"A warm-up of {self.warmup} steps does not fit in a run of {self.steps}.",
                todo="Warm up for 0 steps or more, and for fewer than the run has.",
            )

    def share(self, step: int) -> float:
        """The share of the peak learning rate that step `step` uses, the first being 0."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        progress = (step - self.warmup) / (
            self.steps - self.warmup
        )  # 0 at the peak, 1 after the last
        height = DECAYS[self.decay](
            progress, self.cooldown * self.steps / (self.steps - self.warmup)
        )
        return self.final + (1 - self.final) * height


def _linear(progress: float, _cooldown: float) -> float:
    return 1 - progress


def _cosine(progress: float, _cooldown: float) -> float:
    return (1 + math.cos(math.pi * progress)) / 2


def _wsd(progress: float, cooldown: float) -> float:
    return min(1.0, (1 - progress) / cooldown)


DECAYS: dict[str, Callable[[float, float], float]] = {
    "linear": _linear,
    "cosine": _cosine,
    "wsd": _wsd,
}
