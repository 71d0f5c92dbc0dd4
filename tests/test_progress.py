"""The bar: there while a run goes on, and not above an error that came before the first step."""

import io

import pytest
from rich.console import Console

from llmcourse.progress import TrainingBar
from llmcourse.training import Report

REPORT = Report(step=2, steps=4, loss=1.5, lr_share=1.0, tokens=100, seconds=2.0, val_loss=1.25)
WIPED = "\x1b[1A\x1b[2K"  # up a line, and clear it


def shown(terminal: bool, *reports: Report, error: BaseException | None = None) -> str:
    """What a run of these reports writes, which ends in an error where one is given."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80)
    bar = TrainingBar(console)

    def run() -> None:
        with bar.shown():
            bar.on_stage("reading the corpus")
            for report in reports:
                bar.on_step(report)
            if error:
                raise error

    if error:
        with pytest.raises(type(error)):
            run()
    else:
        run()
    return console.file.getvalue()


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt()])
def test_a_bar_that_counted_nothing_leaves_with_the_error(error):
    assert shown(False, error=error) == ""
    assert shown(True, error=error).endswith(WIPED)


@pytest.mark.parametrize("error", [None, ValueError(), KeyboardInterrupt()])
def test_a_bar_that_counted_stays(error):
    plain, terminal = (shown(terminal, REPORT, error=error) for terminal in (False, True))
    assert plain.startswith("step 2 of 4: loss 1.500,  validation 1.250\n")
    assert "50 tokens/s  0:02 left" in plain
    assert plain.endswith("\n")
    assert not terminal.endswith(WIPED)
    assert "2/4" in terminal


def test_a_run_that_ends_well_keeps_its_bar():
    assert "reading the corpus" in shown(False)
