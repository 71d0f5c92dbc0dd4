"""Which of several notebooks counts: the one that holds work, then the one with the right name.

Colab, browsers and JupyterLab rename what they save ("Copy of …", "… (1)", "…-Copy1"), so a name
only helps to choose. What is in a file decides before that: a notebook as it was handed out is no
answer where there is a solved one beside it.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.names import stem
from llmcourse.grading.notebook.hashes import fingerprint
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.canonical import canonical

UNREADABLE, UNTOUCHED, WORK = 0, 1, 2
_WORTH = {UNREADABLE: " (can't be read)", UNTOUCHED: " (as it was handed out)", WORK: ""}


@dataclass(frozen=True)
class Candidate:
    """A notebook that may be the one."""

    name: str  # the file's
    order: int | float  # newer is greater
    read: Callable[[], bytes]  # may raise `UserError` or `OSError`


def choose(
    candidates: Sequence[Candidate], step: str, bundle: Bundle | None, done: str
) -> tuple[Candidate, tuple[str, ...]]:
    """The candidate that counts, and a note that names the others and says that it was `done`.

    First those that hold work, as far as a bundle tells what was handed out; of these the newest
    with the set's own name (or `3-decoding-1`, which is what Canvas makes of it when it is uploaded
    again), else the newest with the set's name in its own, else the newest.
    """
    if len(candidates) == 1:
        return candidates[0], ()
    worths = {id(one): _worth(one, bundle) if bundle else WORK for one in candidates}

    def rank(one: Candidate) -> tuple[int, bool, bool, int | float, str]:
        exact = re.fullmatch(rf"{re.escape(step)}(-\d+)?", stem(one.name)) is not None
        return worths[id(one)], exact, carries(one.name, step), one.order, one.name

    best, *others = sorted(candidates, key=rank, reverse=True)
    names = ", ".join(sorted(f"{one.name!r}{_WORTH[worths[id(one)]]}" for one in others))
    return best, (f"Of several notebooks {best.name!r} was {done}, not {names}.",)


def carries(name: str, step: str) -> bool:
    """Whether a file's name holds that of the set."""
    return bool(re.search(rf"(?<!\d){re.escape(step.lower())}(?![a-z])", plain_stem(name)))


def carries_another(name: str, step: str) -> bool:
    """Whether a file's name holds that of another set, and not this one's."""
    another = re.search(r"(?<!\d)\d-[a-z]{3,}", plain_stem(name))
    return bool(another) and not carries(name, step)


def plain_stem(name: str) -> str:
    """A file's name as far as renaming leaves it alone.

    >>> plain_stem("Copy of 3_Decoding (1).ipynb")
    'copy-of-3-decoding-(1)'
    """
    return re.sub(r"[\s_]+", "-", unicodedata.normalize("NFC", stem(name))).lower()


def _worth(one: Candidate, bundle: Bundle) -> int:
    """Whether anything of a notebook would be run that was not handed out with it."""
    try:
        cells = canonical(one.read(), bundle).cells
    except (UserError, OSError):
        return UNREADABLE
    released = {name: fingerprint(source) for name, source in bundle.released.items()}
    own = [cell for cell in cells if released.get(cell.grade_id) != fingerprint(cell.source)]
    return WORK if own else UNTOUCHED
