"""What each student of a class has in one set: the points that count, or why there are none.

The points are those of nbgrader's gradebook, where an instructor may have changed a score by hand,
after it was brought up to date with the attempts. In the list is everybody who has an attempt, a
folder in gradebook/submitted or a line in the roster. A time of handing in is that of the file that
was graded: what nbgrader's exchange or git said, else what a person or Moodle's worksheet says
(`times`), else whether the platform called it late. Left out: how a learning platform wants it
written (`lms`), and what the class has in common (`report`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.attempts import Attempt, Attempts
from llmcourse.grading.bundle import Bundle
from llmcourse.grading.gradebook import ByHand, Gradebook, configured
from llmcourse.grading.lateness import Late, Policy, read_time
from llmcourse.grading.origin import UNKNOWN, Origin, origin_of
from llmcourse.grading.result import Result
from llmcourse.grading.roster import Member, Roster
from llmcourse.grading.submissions import find

NOTHING = "handed in nothing"
NOT_YET = "handed in and not graded yet: run `llmcourse grade`"
OLDER_TESTS = "graded by older tests: run `llmcourse grade` again"
NEWER_FILE = "a newer file is there, which is not graded yet: run `llmcourse grade`"
OLDER_SCORE = (
    "a score given by hand for an older file counts: write it again in formgrader, or clear it"
)
OLDER_RESULT = OLDER_SCORE.replace("for an older file", "before it was graded again")


@dataclass(frozen=True)
class Standing:
    """One student and one set."""

    student: str
    name: str = ""
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)  # by platform
    origin: Origin = UNKNOWN
    attempt: Attempt | None = None  # the one that counts
    result: Result | None = None
    points: float | None = None  # None: not graded, or nothing handed in
    why: str = ""  # there are no points
    notes: tuple[str, ...] = ()
    handed_in: datetime | None = None
    late: Late | None = None  # None: nothing is due, or nothing was handed in
    taken_off: float = 0.0
    by_hand: ByHand = field(default_factory=ByHand)

    @property
    def counts(self) -> float | None:
        """The points after what late days take off."""
        return None if self.points is None else max(0.0, self.points - self.taken_off)


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
    path = gradebook / "roster.csv"
    roster = Roster.read(path) if path.exists() else Roster(())
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


def standings(root: Path, bundle: Bundle, policy: Policy | None = None) -> list[Standing]:
    """Where everybody stands, by name. Raises `UserError` where nobody has an attempt."""
    found = everybody(root, bundle.step)
    with Gradebook(configured(root), Attempts(root / "gradebook")) as book:
        book.merge_all(bundle)
        scores = book.scores(bundle.step)
        by_hand = book.by_hand(bundle.step)
    scored = [
        _scored(one, scores, by_hand.get(one.student, ByHand()), bundle) if one.attempt else one
        for one in found
    ]
    return dated(scored, bundle, policy)


def dated(
    found: Sequence[Standing],
    bundle: Bundle,
    policy: Policy | None,
    *,
    told: Mapping[str, datetime] | None = None,
    by_person: Mapping[str, datetime] | None = None,
) -> list[Standing]:
    """With the times at which the attempts came in, and what follows from them.

    `told` are the platform's times by student, for those of whom no other is known; `by_person`
    are times that a person gave, which count before all others.
    """
    told, by_person = told or {}, by_person or {}
    return [
        _dated(one, policy, bundle, told.get(one.student), by_person.get(one.student))
        for one in found
    ]


def counted(found: Sequence[Standing]) -> list[Standing]:
    """Those who have points."""
    return [one for one in found if one.points is not None]


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


def _dated(
    one: Standing,
    policy: Policy | None,
    bundle: Bundle,
    told: datetime | None,
    by_person: datetime | None,
) -> Standing:
    """With the time at which the attempt came in, and what follows from it."""
    if one.attempt is None:
        return one
    same = one.origin.sha256 == one.attempt.sha256
    known = read_time(one.attempt.timestamp) or (read_time(one.origin.timestamp) if same else None)
    # What a platform says now is of the newest file, which may not be the one that was graded.
    time = by_person or known or (None if NEWER_FILE in one.notes else told)
    if policy is None:
        return replace(one, handed_in=time)
    late = policy.late(time, one.origin.late if same else None)
    return replace(
        one, handed_in=time, late=late, taken_off=policy.taken_off(late, float(bundle.points))
    )
