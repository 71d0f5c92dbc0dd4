"""Where one student stands in one set: the points that count and why, and what late days take off.

A time of handing in is that of the file that was graded: what nbgrader's exchange or git said, else
what a person or Moodle's worksheet says (`dated`), else whether the platform called it late. Left
out: where all this is read (`grades`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from llmcourse.grading.classroom.attempts import Attempt
from llmcourse.grading.classroom.collecting.origin import UNKNOWN, Origin
from llmcourse.grading.classroom.lateness import Late, Policy, read_time
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.submission.result import Result

NOTHING = "handed in nothing"
NEWER_FILE = "a newer file is there, which is not graded yet: run `llmcourse grade`"


@dataclass(frozen=True)
class ByHand:
    """What one student was given by people in one set."""

    scores: bool = False  # a score or extra credit of theirs counts
    is_older: bool = False  # one of these was given before the attempt that counts
    comments: tuple[tuple[str, str], ...] = ()  # each with the solution cell that it stands under


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
