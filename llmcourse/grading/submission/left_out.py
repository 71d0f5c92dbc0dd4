"""What of a learner's own cells had no effect, said of the file and where a solution misses it.

A cell that was added may raise or never end, and loops in it are not run at all. None of that costs
points by itself. But where a solution asks for a name that it would have made, a NameError alone
would leave its author searching. Left out: which statements are run (`canonical`).
"""

import re
from collections.abc import Mapping

from llmcourse.grading.rules.syntax import bound, parsed
from llmcourse.grading.rules.verdict import STOPPED, Raised
from llmcourse.grading.submission.canonical import LearnerCell
from llmcourse.grading.submission.canonical.text import shown

_UNDEFINED = re.compile(r"name '(\w+)' is not defined")


class LeftOut:
    """Remembers what the added cells raised, and speaks of it."""

    def __init__(self, without: Mapping[str, str]):
        """`without`: names that what is not run would have made, each with a sentence for it."""
        self._said = dict(without)
        self._stopped: dict[int, str] = {}  # by number of the cell

    def raised(self, cell: LearnerCell, why: Raised) -> None:
        """A statement of an added cell raised, or was stopped."""
        where = f"cell {cell.number}"
        if why.kind == STOPPED:
            self._stopped[cell.number] = f"What you added in {where} was left out: {why.message}"
            said = f"{where}, which was left out: {why.message}"
        else:
            said = f"{where}, which raised {shown(str(why))}."
        for name in bound(parsed(cell.source)):
            self._said.setdefault(name, f"`{shown(name)}` is made in {said}")

    @property
    def notes(self) -> tuple[str, ...]:
        """What is said of the file as a whole."""
        return tuple(self._stopped.values())

    def explains(self, raised: Raised) -> str:
        """Why a name is not there that a test, by way of a solution, asks for; or nothing."""
        found = _UNDEFINED.search(raised.message)
        return self._said.get(found[1], "") if found else ""
