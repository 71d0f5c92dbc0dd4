"""Whom of the class a sender is.

With a roster: by the id that the learning platform gives, else by a name that only one member can
mean. Nobody is guessed: a name that two members share is no answer. Without one: the name that the
source shows, with its id behind it where it has one, so that two students of one name stay two
(`lovelaceada-12345`, `Ada Lovelace-1234567`). Moodle numbers its participants anew for each
assignment: only a roster keeps one student's sets together there.
"""

from llmcourse.grading.classroom.collecting.entries import Unusable
from llmcourse.grading.classroom.collecting.senders import Source
from llmcourse.grading.classroom.roster import Member, Roster
from llmcourse.grading.classroom.roster.names import canvas_name, turned, unusable, words


def student_of(source: Source, user: str, name: str, roster: Roster | None) -> str:
    """The student whom `source` calls `name`, with the id `user`.

    Raises `Unusable` where that is nobody, or nobody can tell.
    """
    if roster is not None:
        return _member(source, user, name, roster).student
    student = f"{name}-{user}" if source in ("canvas", "moodle") else name
    if problem := unusable(student):
        raise Unusable(f"The name {student[:40]!r} can't be a student's folder: {problem}.")
    return student


def _member(source: Source, user: str, name: str, roster: Roster) -> Member:
    kind = "github" if source == "git" else source
    if one := roster.by(kind, user):
        return one
    found = _by_canvas_name(name, roster) if source == "canvas" else roster.called(name)
    if len(found) > 1:
        them = " and ".join(repr(one.student) for one in found[:4])
        raise Unusable(f"The roster has more than one {name!r}: {them}.")
    if not found:
        id = f" ({kind} {user})" if user and user != name else ""
        raise Unusable(f"The roster has no {name!r}{id}.")
    return found[0]


def _by_canvas_name(name: str, roster: Roster) -> tuple[Member, ...]:
    """Who can be meant; Canvas' ids stay the same, so whoever has another one is somebody else."""
    return tuple(
        one
        for one in roster.members
        if "canvas" not in one.ids
        if name.casefold() in {canvas_name("".join(order)) for order in turned(words(one.name))}
    )
