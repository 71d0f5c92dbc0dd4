"""Which row of a platform's table is whose.

The platform's own number decides where we know it. Else a login or an e-mail address, else a name,
if it means one student alone and nothing speaks against it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from llmcourse.grading.classroom.roster import Member, Roster
from llmcourse.grading.classroom.standing import Standing


@dataclass(frozen=True)
class Filled:
    """A table that was filled in, and what could not be."""

    content: bytes
    students: int  # whose points are in it
    worth: float  # what the set is worth there
    unknown: tuple[str, ...] = ()  # on the sheet, but not among our students
    missing: tuple[str, ...] = ()  # have points, but are not on the sheet
    left: tuple[str, ...] = ()  # cells that were left as they are, each with the reason
    notes: tuple[str, ...] = ()


class Matching:
    """Finds the student of one row after the other; each belongs to one row."""

    def __init__(self, found: Iterable[Standing], platform: str):
        self._platform = platform
        self._by_student = {one.student: one for one in found}
        self._roster = Roster(
            tuple(
                Member(one.student, one.name, one.email, one.ids)
                for one in self._by_student.values()
            )
        )
        self.taken: set[str] = set()

    def find(self, id: str, others: Sequence[str], *, renumbered: bool = False) -> Standing | None:
        """The student whom the platform calls `id`, else whom one of the `others` means.

        `others` are logins, addresses and names, the surest first. `renumbered`: the platform's
        numbers change from one assignment to the next, so another number says nothing.
        """
        member = self._roster.by(self._platform, id)
        for name in others:
            if member is not None:
                break
            called = [
                one
                for one in (self._roster.called(name) if name else ())
                if renumbered or one.ids.get(self._platform, id) == id
            ]
            member = called[0] if len(called) == 1 else None
        if member is None or member.student in self.taken:
            return None
        self.taken.add(member.student)
        return self._by_student[member.student]

    def missing(self) -> tuple[str, ...]:
        """Those with points who had no row."""
        rest = (one for one in self._by_student.values() if one.student not in self.taken)
        return tuple(one.student for one in rest if one.counts is not None)
