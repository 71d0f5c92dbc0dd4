"""The ground-truth world: a town whose texts have exact probabilities and whose facts are known."""

from llmcourse.riverbank.dialogues import ANSWER, QUESTION, Dialogue, Turn
from llmcourse.riverbank.dirty import DirtyDocument
from llmcourse.riverbank.grammar import Step
from llmcourse.riverbank.town import Fact
from llmcourse.riverbank.world import MIXTURE, Riverbank

__all__ = [
    "ANSWER",
    "MIXTURE",
    "QUESTION",
    "Dialogue",
    "DirtyDocument",
    "Fact",
    "Riverbank",
    "Step",
    "Turn",
]
