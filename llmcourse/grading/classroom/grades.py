"""What each student of a class has in one set: the points that count, or why there are none.

The points are those of nbgrader's gradebook, where an instructor may have changed a score by hand,
after it was brought up to date with the attempts. In the list is everybody who has an attempt, a
folder in gradebook/submitted or a line in the roster. Left out: what a late day takes off
(`standing`), how a learning platform wants it written (`lms`), and what the class has in common
(`report`).
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempt, Attempts
from llmcourse.grading.classroom.collecting.origin import Origin, origin_of
from llmcourse.grading.classroom.gradebook import Gradebook, configured
from llmcourse.grading.classroom.roster import Member, Roster
from llmcourse.grading.classroom.roster.kept import kept_roster
from llmcourse.grading.classroom.standing import NEWER_FILE, NOTHING, ByHand, Standing
from llmcourse.grading.classroom.submissions import find
from llmcourse.grading.problem_sets.bundle import Bundle

NOT_YET = "handed in and not graded yet: run `llmcourse grade`"
OLDER_TESTS = "graded by older tests: run `llmcourse grade` again"
OLDER_SCORE = (
    "a score given by hand for an older file counts: write it again in formgrader, or clear it"
)
OLDER_RESULT = OLDER_SCORE.replace("for an older file", "before it was graded again")


def everybody(root: Path, step: str) -> list[Standing]:
    """Who is in the class, with the attempt that counts and no points yet, by name.

    Raises `UserError` where nobody has an attempt.
    """
    gradebook = root / "gradebook"
    store = Attempts(gradebook)
    graded = store.students(step)
    if not graded:
        raise UserError(
            f"Nobody has a grade in {step} yet.", todo=f"Run `llmcourse grade {step}` first."
        )
    handed_in = _handed_in(gradebook / "submitted", step)
    roster = kept_roster(gradebook) or Roster(())
    members = {member.student: member for member in roster.members}
    return [
        _standing(
            members.get(student) or Member(student),
            store.newest(step, student) if student in graded else None,
            origin_of(gradebook, step, student),
            handed_in.get(student, NOTHING),
        )
        for student in sorted({*graded, *handed_in, *members})
    ]


def standings(root: Path, bundle: Bundle) -> list[Standing]:
    """Where everybody stands, by name. Raises `UserError` where nobody has an attempt."""
    found = everybody(root, bundle.step)
    with Gradebook(configured(root), Attempts(root / "gradebook")) as book:
        book.merge_all(bundle)
        scores = book.scores(bundle.step)
        by_hand = book.by_hand(bundle.step)
    return [
        _scored(one, scores, by_hand.get(one.student, ByHand()), bundle) if one.attempt else one
        for one in found
    ]


def _handed_in(folder: Path, step: str) -> dict[str, str]:
    """Who has a folder of submissions, with what to say of those who have no attempt."""
    try:
        found = find(folder, step)
    except UserError:  # nobody has a notebook of this set there, or there is no such folder
        return {}
    return {one.student: NOT_YET if one.path else _nothing(one.problem) for one in found}


def _nothing(problem: str) -> str:
    """A folder without a notebook is no news; one that can't be used is, or a loose notebook."""
    return NOTHING if problem.startswith("There is no notebook") else problem


def _standing(member: Member, attempt: Attempt | None, origin: Origin, why: str) -> Standing:
    own = {origin.source: origin.user} if origin.user else {}
    return Standing(
        member.student,
        member.name or origin.name,
        member.email,
        {**member.ids, **own},  # Moodle's numbers change with each assignment
        origin,
        attempt,
        attempt.result if attempt else None,
        why="" if attempt else why,
        notes=(NEWER_FILE,) if attempt and origin.sha256 not in ("", attempt.sha256) else (),
    )


def _scored(
    one: Standing, scores: Mapping[str, float | None], by_hand: ByHand, bundle: Bundle
) -> Standing:
    """With the points that count, and what is odd about them."""
    if one.attempt is None or one.result is None:
        return one
    odd = {
        OLDER_TESTS: one.result.bundle != bundle.sha256,
        OLDER_SCORE: by_hand.is_older and one.attempt.number > 1,
        OLDER_RESULT: by_hand.is_older and one.attempt.number == 1,
    }
    points = scores.get(one.student)
    refused = one.result.refused or "a score is missing in the gradebook"
    notes = (*one.notes, *(note for note, is_so in odd.items() if is_so))
    why = refused if points is None else ""
    return replace(one, points=points, why=why, notes=notes, by_hand=by_hand)
