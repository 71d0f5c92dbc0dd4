"""What is taken of the cells that solve nothing: a learner's own, and copies that don't count.

A learner may keep a helper, a constant or half a solution there. Left out are loops and expressions
that stand alone, what stands as it was given out, and what a cell that counts defines already.
"""

from collections.abc import Iterator

from llmcourse.grading.submission.canonical.contents import Code
from llmcourse.grading.submission.canonical.matching import LearnerCell, Solutions

MOST_ADDED = 1_000  # statements of added cells


class Added:
    """Takes what is kept of one such cell after the other, and remembers what was left out."""

    def __init__(self, solutions: Solutions):
        self._solutions = solutions
        self._room = MOST_ADDED
        self.partly: list[int] = []  # numbers of the cells of which statements were left out
        self.broken: list[int] = []  # of those that are no Python
        self.without: dict[str, int] = {}  # names that only left out statements bind, and where
        self._needed = {
            code.number + beside: code.uses for code in solutions.parts for beside in (-1, 1)
        }

    def taken(self, code: Code) -> Iterator[LearnerCell]:
        """A cell for each statement that is kept.

        Of a cell beside a solution also what that uses: it may be the other half of it.
        """
        if not code.is_python:
            self.broken.append(code.number)
            return
        needed = self._needed.get(code.number, frozenset())
        copied = self._solutions.names_of(code.name)  # of a copy that doesn't count
        lost = code.has_more
        for statement in code.statements:
            if self._solutions.is_stub(statement) or statement.names & copied:
                continue
            is_run = statement.is_kept or statement.names & needed
            if not is_run or not self._room:
                lost = True
                self.without |= dict.fromkeys(statement.names, code.number)
                continue
            self._room -= 1
            yield LearnerCell(None, statement.source, code.number)
        if lost:
            self.partly.append(code.number)
