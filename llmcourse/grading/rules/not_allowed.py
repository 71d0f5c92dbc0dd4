"""Whether a task's solution uses what would skip the task, as check and grade both ask it.

What is read is the task's own cell, and the learner's other cells in front of its tests where these
define what the own cell leaves to them. Left out: how a source is read (`forbidden`).
"""

from collections.abc import Sequence

from llmcourse.grading.rules.forbidden import refuse
from llmcourse.grading.rules.syntax import parsed, surely_bound


def not_allowed(
    cells: Sequence[tuple[str | None, str]],
    solution: str,
    names: Sequence[str],
    forbidden: Sequence[str],
    imports: Sequence[str],
) -> str | None:
    """Why a task earns no points whatever its tests say, or None.

    `cells` are the learner's in front of its tests: grade_id and source of each, in order.
    `solution` is the grade_id of the task's own, `names` what it must define, `forbidden` and
    `imports` as the contract says.

    >>> not_allowed([("softmax", "softmax = torch.softmax")], "softmax", ["softmax"], FORBIDDEN, ())
    'Line 1 uses torch.softmax. Writing it is what this task asks for, so it earns no points. …'
    """
    own = [place for place, (grade_id, _) in enumerate(cells) if grade_id == solution]
    if not own:
        return None
    before = [source for grade_id, source in cells if grade_id != solution]
    source = "\n".join(cells[place][1] for place in own)
    # A name that the cell leaves to others is what these have made of it.
    elsewhere = set(names) - _defined(source)
    made = [other for other in before if elsewhere & _defined(other)]
    found = (refuse(text, forbidden, imports, before) for text in (source, *made))
    return next((message for message in found if message), None)


def _defined(source: str) -> set[str]:
    """The names that a cell binds, whatever happens in it."""
    try:
        return surely_bound(parsed(source).body)
    except (SyntaxError, RecursionError):
        return set()  # running it says so in better words
