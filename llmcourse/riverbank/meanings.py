"""Which bank is meant: every `bank` of the town's stories, with its meaning from the derivation.

The word is spelt alike in both meanings, so a program that reads can learn the meaning from other
words alone, while the town knows it from the plot that a story was made by. One `bank` is left out:
the traveller who "asked the way to the bank" means one and is sent to the other.
"""

import math
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from llmcourse.riverbank.notation import read_rule
from llmcourse.riverbank.tales import STORY_RULES
from llmcourse.riverbank.tales.money import MONEY
from llmcourse.riverbank.tales.river import RIVER
from llmcourse.riverbank.world import Riverbank

Meaning = Literal["river", "money"]


class Bank(NamedTuple):
    """One `bank`: the story, where the word begins in it, what it means, and in which plot."""

    story: str
    offset: int
    meaning: Meaning
    plot: str  # "plot 8", or "work 7" for a story without an opening

    @property
    def sentence(self) -> str:
        """The sentence up to and including the word: all of it that comes before what follows.

        >>> Bank("He ran. The bank was shut.", 12, "money", "plot 5").sentence
        'The bank'
        """
        told = self.story[: self.offset + len("bank")]
        return re.split(r"""[.!?]["]? """, told)[-1]


def banks(town: Riverbank, stories: Iterable[str]) -> list[Bank]:
    """Every `bank` of these stories, in order, but for the traveller's.

    >>> [bank.meaning for bank in banks(Riverbank(), Riverbank().stories(30, seed=1))]
    ['river', 'money', 'money', 'money', 'river', 'river', 'river', 'money', 'money']

    Raises `UserError` for a text that is no story of the town.
    """
    found = []
    for story in stories:
        offsets = [match.start() for match in re.finditer(r"\bbank\b", story)]
        if not offsets:
            continue
        plot = _plot(town, story)
        for offset in offsets:
            if not story.endswith("asked the way to the ", 0, offset):
                found.append(Bank(story, offset, _MEANINGS[plot], plot))
    return found


def _plot(town: Riverbank, story: str) -> str:
    """The name of the plot by which the story was made."""
    first, *rest = town.derivation(story)
    if first.option == _WORK:
        return f"work {rest[0].option}"
    # Between so many plots no other choice is made, and no draw is from as many: a test holds it.
    chosen = next(step.option for step in rest if math.isclose(step.log_prob, -math.log(_N_PLOTS)))
    return f"plot {chosen}"


def _named(kind: str, rule: str, theme: str, meaning: Meaning) -> dict[str, Meaning]:
    """The options of `rule` that also stand in `theme`, by name."""
    among = [body for _, body in read_rule(theme).options]
    options = read_rule(STORY_RULES[rule]).options
    return {f"{kind} {i}": meaning for i, (_, body) in enumerate(options) if body in among}


def _one(page: str, words: str) -> str:
    """The only paragraph of a page in which these words stand."""
    (paragraph,) = [part for part in page.split("\n\n") if words in part]
    return paragraph


_WORK = 1  # the option of "story" that begins with the work
_N_PLOTS = len(read_rule(STORY_RULES["plot"]).options)
_MEANINGS: dict[str, Meaning] = {
    **_named("plot", "plot", MONEY, "money"),
    **_named("plot", "plot", RIVER, "river"),
    **_named("work", "work", _one(STORY_RULES["work"], "counter of the bank"), "money"),
    **_named("work", "work", _one(STORY_RULES["work"], "over the muddy bank"), "river"),
}
