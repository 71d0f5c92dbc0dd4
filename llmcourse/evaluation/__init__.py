"""Step 7, evaluation: what a trained model is worth, measured on text that it has not seen.

`report` measures a model against the entropy floor and asks the town whether its samples are valid;
`curve` draws how the loss came down to the floor.
"""

from llmcourse.evaluation.curve import draw_curve
from llmcourse.evaluation.report import Evaluation, evaluate, sample_texts, valid_share

__all__ = ["Evaluation", "draw_curve", "evaluate", "sample_texts", "valid_share"]
