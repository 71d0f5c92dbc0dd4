"""Step 4, training: text and a recipe in, weights out.

`loss` says how wrong a prediction is, `optimizers` and `schedule` what to do about it. `update` is
one step of that and `pretrain` the run: `tokens` and `batches` bring the text, `validation`
measures, `run_folder` and `resume` keep, `precision` and `distributed` make it fast where the
hardware can. `config` holds the recipes.
"""

from llmcourse.training.batches import Documents, Windows
from llmcourse.training.config import PRESETS, TrainConfig
from llmcourse.training.loss import (
    IGNORED,
    bits_per_byte,
    cross_entropy,
    cross_entropy_by_formula,
    perplexity,
)
from llmcourse.training.optimizers import AdamW, Muon
from llmcourse.training.pretrain import Report, Stopped, Trained, pretrain
from llmcourse.training.run_folder import read_config, read_log
from llmcourse.training.schedule import Schedule
from llmcourse.training.validation import TextLoss, document_loss, window_loss

__all__ = [
    "IGNORED",
    "PRESETS",
    "AdamW",
    "Documents",
    "Muon",
    "Report",
    "Schedule",
    "Stopped",
    "TextLoss",
    "TrainConfig",
    "Trained",
    "Windows",
    "bits_per_byte",
    "cross_entropy",
    "cross_entropy_by_formula",
    "document_loss",
    "perplexity",
    "pretrain",
    "read_config",
    "read_log",
    "window_loss",
]
