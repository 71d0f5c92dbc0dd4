"""The students of a course, and whom a name or an id can mean."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from llmcourse.grading.classroom.roster.names import turned, words

IDS = ("canvas", "moodle", "github")
"""Who can have given a student an id."""


@dataclass(frozen=True)
class Member:
    """One student."""

    student: str  # the name of the folder in gradebook/submitted
    name: str = ""
    email: str = ""
    ids: Mapping[str, str] = field(default_factory=dict)  # for example {"canvas": "12345"}


@dataclass(frozen=True)
class Roster:
    """All students, in the order of the file."""

    members: tuple[Member, ...]
    passing: frozenset[str] = frozenset()  # kinds of ids that hold for one assignment alone

    def kept(self) -> "Roster":
        """The roster as a course keeps it, for all of its sets."""
        return Roster(
            tuple(
                replace(one, ids={k: id for k, id in one.ids.items() if k not in self.passing})
                for one in self.members
            )
        )

    def by(self, kind: str, id: str) -> Member | None:
        """Whom Canvas, Moodle or GitHub calls `id`."""
        return next((one for one in self.members if id and one.ids.get(kind) == id), None)

    def student(self, name: str) -> Member | None:
        """The member with this folder."""
        name = unicodedata.normalize("NFC", name)
        return next((one for one in self.members if one.student == name), None)

    def called(self, name: str) -> tuple[Member, ...]:
        """Everybody whom a name can mean: by folder, else by id or address, else by name.

        The first of these that fits anybody decides. Two members in the answer: nobody can tell.

        >>> ada = Member("ada", "Ada Lovelace", "ada@example.org", {"github": "countess"})
        >>> Roster((ada,)).called("Lovelace, Ada") == Roster((ada,)).called("COUNTESS") == (ada,)
        True
        """
        ways = [
            lambda one: one.student == unicodedata.normalize("NFC", name),
            lambda one: _same(name, one.student, one.email, *one.ids.values()),
            lambda one: _same(name, one.email.partition("@")[0]),
            lambda one: bool(one.name) and words(name) in turned(words(one.name)),
        ]
        for fits in ways:
            if found := tuple(one for one in self.members if fits(one)):
                return found
        return ()


def _same(name: str, *others: str) -> bool:
    wanted = unicodedata.normalize("NFC", name).casefold()
    return any(wanted == other.casefold() for other in others if other)
