"""The ground-truth world: a town whose texts have exact probabilities and whose facts are known."""

from llmcourse.riverbank.dialogues import Dialogue, Turn
from llmcourse.riverbank.grammar import Step
from llmcourse.riverbank.town import Fact
from llmcourse.riverbank.world import MIXTURE, Riverbank

__all__ = ["MIXTURE", "Dialogue", "Fact", "Riverbank", "Step", "Turn"]
