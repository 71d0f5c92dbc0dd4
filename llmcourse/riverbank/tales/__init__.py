"""The stories of the town: a shared frame, and plots by theme.

Most stories are an opening, a plot and a close, and any opening and close go with any plot; stories
of work, food and streets have openings of their own. The slots are the same in all of them:

    A the hero, B a neighbour, N and V strangers    W the weather, T the time of day, P and Q places
    O and G things, C and D colours, K a count      S a snack, X an animal, F flowers, M a mood

`{A.He}`, `{A.his}` and the like follow the resident's pronoun.
"""

from llmcourse.riverbank.tales.care import CARE
from llmcourse.riverbank.tales.frame import FRAME
from llmcourse.riverbank.tales.money import MONEY
from llmcourse.riverbank.tales.neighbours import NEIGHBOURS
from llmcourse.riverbank.tales.outdoors import OUTDOORS
from llmcourse.riverbank.tales.pets import PETS
from llmcourse.riverbank.tales.river import RIVER
from llmcourse.riverbank.tales.work import WORK

_THEMES = {
    "care": CARE,
    "money": MONEY,
    "neighbours": NEIGHBOURS,
    "outdoors": OUTDOORS,
    "pets": PETS,
    "river": RIVER,
}

STORY_RULES = {
    **FRAME,
    "plot": "\n\n".join(_THEMES.values()),
    "work": WORK,
}
