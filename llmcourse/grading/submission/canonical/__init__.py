"""From the bytes that a learner handed in to the cells that will be run.

    cells      bytes -> cells, or the reason why the file is refused
    reading    source -> syntax tree, without the lines that are for IPython
    contents   what stands in a code cell: its statements, what it defines and uses
    kept       which statements an added cell may keep
    matching   which cells solve which task
    added      what is taken of the other cells
    notes      what is said of all that, in words for learner and instructor
    text       how a learner's text is compared and shown

The structure of a problem set comes from its bundle: tests, points and set-up are never read from
the submission. Taken from it are the sources of the solution cells, and of cells that the learner
added all but loops and expressions that stand alone. So what Colab, a mail program or a careful
learner does to a notebook costs no points, and what somebody does to its tests gains none. Nothing
is run here: `json` and `ast` read it all, within limits of size that no honest notebook comes near.
Left out: what the cells may call (`forbidden`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.canonical import notes
from llmcourse.grading.submission.canonical.added import Added
from llmcourse.grading.submission.canonical.cells import (
    MOST_SOURCES,
    Cell,
    Unreadable,
    cells_of,
    notebook_of,
)
from llmcourse.grading.submission.canonical.contents import codes_of
from llmcourse.grading.submission.canonical.matching import LearnerCell, Solutions

__all__ = ["Canonical", "LearnerCell", "Unreadable", "canonical", "notebook_of"]


@dataclass(frozen=True)
class Canonical:
    """What of a submission will be run, in this order, and what was odd about the file."""

    cells: tuple[LearnerCell, ...]
    notes: tuple[str, ...]
    tested: Mapping[str, int]  # by grade_id: behind which of the cells its tests run
    without: Mapping[str, str]  # names that something left out would have made, and what is said


def canonical(submission: bytes, bundle: Bundle, *, most: int = MOST_SOURCES) -> Canonical:
    """The learner's cells in the order of the file; parts of one solution stand together.

    A statement of an added cell is a cell of its own, so that one that fails takes no other with
    it. Raises `Unreadable` for what is no notebook, holds more than `most` bytes of code, or is
    none of this set, and nothing else, whatever the bytes.
    """
    cells = cells_of(submission, bundle, most)
    codes, unread = codes_of([cell for cell in cells if cell.is_the_learners])
    solutions = Solutions(codes, cells, bundle)
    if not solutions.parts and not any(cell.name for cell in cells):
        raise Unreadable(
            f"No cell of this notebook belongs to {bundle.step}.",
            todo=f"Hand in your copy of {bundle.notebook}.",
        )
    added = Added(solutions)
    taken = [cell for code in codes for cell in solutions.parts.get(code) or added.taken(code)]
    run = _together(taken)
    said = (
        *notes.on_tests(cells, bundle),
        *notes.on_solutions(solutions),
        *notes.on_added(added),
        *notes.on_reading(codes, unread),
    )
    return Canonical(
        tuple(run), said, _tested(run, cells, bundle), dict(notes.on_names(added, codes))
    )


def _together(run: Sequence[LearnerCell]) -> list[LearnerCell]:
    """The parts of one solution side by side, where the last of them stands."""
    last = {cell.grade_id: place for place, cell in enumerate(run)}
    places = [last[cell.grade_id] if cell.grade_id else at for at, cell in enumerate(run)]
    return [run[at] for at in sorted(range(len(run)), key=lambda at: (places[at], at))]


def _tested(run: Sequence[LearnerCell], cells: Sequence[Cell], bundle: Bundle) -> dict[str, int]:
    """Behind which of the cells that are run the tests of each solution come.

    That is its last part, or the last of the cells that the learner added between it and its test:
    a helper may stand there.
    """
    found = {cell.grade_id: place for place, cell in enumerate(run) if cell.grade_id}
    for task in bundle.tasks:
        if (place := found.get(task.cells.solution)) is None:
            continue
        start = run[place].number
        behind = (c.number for c in cells if c.name == task.cells.visible and c.number > start)
        end = min(behind, default=start)
        while place + 1 < len(run) and run[place + 1].grade_id is None:
            if not start < run[place + 1].number < end:
                break
            place += 1
        found[task.cells.solution] = place
    return found
