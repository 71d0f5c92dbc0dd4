"""How the loss came down, as a picture: training, validation, and where it is known, the floor."""

import os
from collections.abc import Sequence
from typing import Any

from llmcourse.files import replacing

TRAIN, VALIDATION, FLOOR = "#9aa5b1", "#2f7fc1", "#c1552f"
SMOOTHING = 0.95
"""Weight of the past in the running mean of the training loss, which jumps from batch to batch."""


def draw_curve(
    log: Sequence[dict[str, Any]], path: str | os.PathLike, *, floor: float | None = None
) -> None:
    """Draw the `log` of a run (see `read_log`) to a PNG at `path`; `floor` in nats a token."""
    from matplotlib.figure import Figure  # not pyplot: no window, no state that outlives the call

    figure = Figure(figsize=(8, 4.5), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    steps = [line["step"] for line in log]
    means = smoothed([line["loss"] for line in log])
    axes.plot(steps, means, color=TRAIN, linewidth=1)
    early = len(steps) // 12
    axes.annotate(
        "training",
        (steps[early], means[early]),
        xytext=(8, 6),  # beside the line, which falls to the right
        textcoords="offset points",
        color=TRAIN,
    )
    measured = [(line["step"], line["val_loss"]) for line in log if line.get("val_loss")]
    if measured:
        axes.plot(*zip(*measured, strict=True), color=VALIDATION, marker="o", markersize=3)
        axes.annotate(
            f"validation {measured[-1][1]:.3f}",
            measured[-1],
            xytext=(0, 8),
            textcoords="offset points",
            ha="right",
            color=VALIDATION,
        )
    if floor is not None:
        axes.axhline(floor, color=FLOOR, linestyle="--", linewidth=1)
        axes.annotate(f"floor {floor:.3f}", (steps[0], floor), xytext=(4, -12),
                      textcoords="offset points", color=FLOOR)  # fmt: skip
        axes.set_ylim(bottom=floor * 0.8)
    axes.set(xlabel="step", ylabel="loss, nats a token", yscale="log")
    axes.spines[["top", "right"]].set_visible(False)
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png")


def smoothed(values: Sequence[float]) -> list[float]:
    """The running mean of `values` with exponentially fading weights, unbiased at the start.

    >>> smoothed([2.0, 2.0])
    [2.0, 2.0]
    """
    means, total, weight = [], 0.0, 0.0
    for value in values:
        total = SMOOTHING * total + (1 - SMOOTHING) * value
        weight = SMOOTHING * weight + (1 - SMOOTHING)
        means.append(total / weight)
    return means
