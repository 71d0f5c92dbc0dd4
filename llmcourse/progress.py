"""A training run as a person watches it: a bar with the loss, tokens a second and the time left.

For the command line and for notebooks; training itself knows nothing of it and calls `on_stage` and
`on_step`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from llmcourse.training import Report


class TrainingBar:
    """Pass `on_stage` and `on_step` to `pretrain` while the bar is `shown`."""

    def __init__(self, console: Console | None = None):
        self.console = console or Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[numbers]}"),
            console=self.console,
        )
        self._task = self._progress.add_task("starting", total=None, numbers="")
        self._val_loss = ""

    @contextmanager
    def shown(self) -> Iterator["TrainingBar"]:
        """Draw the bar for as long as the block runs.

        Where the block fails before there were steps, the bar is wiped out: the error stands alone.
        """
        live = self._progress.live
        self._progress.start()
        try:
            yield self
        except BaseException:
            live.transient = self._progress.tasks[0].total is None
            raise
        finally:
            # The bar's own end is for one that stays: without a terminal it adds an empty line.
            (live if live.transient else self._progress).stop()

    def on_stage(self, stage: str) -> None:
        """Say what is being prepared, before there are steps to count."""
        self._progress.update(self._task, description=stage)

    def on_step(self, report: Report) -> None:
        """Show where the run is; without a terminal, print a line at each evaluation."""
        if report.val_loss is not None:
            self._val_loss = f"  validation {report.val_loss:.3f}"
            if not self.console.is_terminal:
                self.console.print(
                    f"step {report.step} of {report.steps}: loss {report.loss:.3f},{self._val_loss}"
                )
        self._progress.update(
            self._task,
            description="training",
            completed=report.step,
            total=report.steps,
            numbers=f"loss {report.loss:.3f}{self._val_loss}  "
            f"{report.tokens_per_second:,.0f} tokens/s  {_clock(report.seconds_left)} left",
        )


def _clock(seconds: float) -> str:
    """Minutes and seconds, as on a kitchen clock.

    >>> _clock(125)
    '2:05'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
