"""A whole source: which file of each sender counts, whose it is, and what became of it.

Each sender gets one row, placed or not, with the reason; a file whose path names nobody gets one
too. What is wrong with one sender's file never stops the others.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.choosing import Candidate, carries_another, choose
from llmcourse.grading.classroom.collecting.contents import (
    another_set,
    contents_of,
    unreadable,
)
from llmcourse.grading.classroom.collecting.entries import Unusable
from llmcourse.grading.classroom.collecting.names import is_notebook, may_hold_one
from llmcourse.grading.classroom.collecting.placing import Places
from llmcourse.grading.classroom.collecting.repositories import CLOCK
from llmcourse.grading.classroom.collecting.senders import Sent, Source
from llmcourse.grading.classroom.collecting.sources import Sender, opened_source
from llmcourse.grading.classroom.collecting.whose import student_of
from llmcourse.grading.classroom.roster import Member, Roster
from llmcourse.grading.problem_sets.bundle import Bundle
from llmcourse.grading.problem_sets.named import bundle_if_released

State = Literal["new", "replaced", "unchanged", "not placed"]


@dataclass(frozen=True)
class Row:
    """What became of what one sender sent."""

    sender: str  # as the source names them; a file's path where it names nobody
    state: State
    student: str = ""
    file: str = ""  # the one that counts, as it is called in the source
    sha256: str = ""  # of the notebook
    replaced: Path | None = None  # where the earlier one is now
    late: bool | None = None
    timestamp: str = ""
    notes: tuple[str, ...] = ()
    problem: str = ""  # why it was not placed
    unreadable: str = ""  # why the grader will refuse it, though it was placed as it came


@dataclass(frozen=True)
class Collected:
    """All rows of one source."""

    step: str
    source: Source
    rows: tuple[Row, ...]
    missing: tuple[Member, ...]  # of the roster, who sent nothing that could be placed
    ignored: tuple[str, ...]  # files that are nobody's and no notebooks

    @property
    def placed(self) -> int:
        """How many have a submission by this source."""
        return sum(row.state != "not placed" for row in self.rows)


def collect(
    source: Path,
    step: str,
    root: Path,
    *,
    roster: Roster | None = None,
    kind: Source | None = None,
    dry_run: bool = False,
    on_progress: Callable[[int, int, Row], None] | None = None,
) -> Collected:
    """Put what was handed in for `step` into gradebook/submitted below `root`.

    `kind` is told from what is in `source` unless it is given. With `dry_run` nothing is written
    but the copies of repositories. Raises `UserError` where `source` can't be read or holds no
    notebook at all, and where the gradebook can't be written; what was placed before stays.
    """
    gradebook = root / "gradebook"
    bundle = bundle_if_released(root, step)
    _refuse_own(source, root)
    places = Places(gradebook, step)
    held = nullcontext() if dry_run else places.held()
    rows: list[Row] = []
    with held, opened_source(source, step, kind, gradebook) as (kind, senders, ignored):
        one = _Collector(step, bundle, places, roster, dry_run, senders)
        for number, sender in enumerate(senders, start=1):
            rows.append(one.row(sender))
            if on_progress is not None:
                on_progress(number, len(senders), rows[-1])
    if not one.any_notebook:
        _refuse_nothing(source, step, rows)
    placed = {row.student for row in rows if row.state != "not placed"}
    members = roster.members if roster else ()
    missing = tuple(member for member in members if member.student not in placed)
    return Collected(step, kind, tuple(rows), missing, tuple(ignored))


def _refuse_own(source: Path, root: Path) -> None:
    """Raise `UserError` for what is no source: a folder of the course itself, or nothing."""
    gradebook = root / "gradebook"
    kept = ("submitted", "replaced", "attempts", "autograded", "clones", "forgotten")
    own = [root, root / "exercises", root / "solutions", gradebook]
    place = source.resolve()
    inside = any(place.is_relative_to((gradebook / name).resolve()) for name in kept)
    if inside or place in [one.resolve() for one in own]:
        raise UserError(
            f"{source} is a folder of the course, not of what was handed in.",
            todo="Give the archive or the folder that your learning platform gave you.",
        )
    if not source.exists():
        raise UserError(f"There is no file or folder {source}.", todo="Check the path.")


def _refuse_nothing(source: Path, step: str, rows: Sequence[Row]) -> None:
    example = f" (for example {rows[0].sender!r}: {rows[0].problem})" if rows else ""
    raise UserError(
        f"{source} holds no notebook{example}.",
        todo="Give the download of this set's submissions; --from says where it is from.",
    )


class _Collector:
    """Makes one sender after the other a row."""

    def __init__(
        self,
        step: str,
        bundle: Bundle | None,
        places: Places,
        roster: Roster | None,
        dry_run: bool,
        senders: Sequence[Sender],
    ):
        self._step, self._bundle, self._places = step, bundle, places
        self._roster, self._dry_run = roster, dry_run
        self.any_notebook = False  # of this set or another, placed or not
        self._senders: dict[str, list[str]] = {}  # by student
        for sender in senders:
            try:
                self._senders.setdefault(self._name(sender), []).append(sender.shown)
            except Unusable:
                continue

    def row(self, sender: Sender) -> Row:
        """Place what `sender` sent; what became of it."""
        file = ""
        self.any_notebook |= is_notebook(sender.name)  # a file that names nobody
        try:
            best, notes = self._best(sender)
            file = best.entry.path
            with contents_of(best.entry, self._step) as contents:
                self.any_notebook = True
                if another := another_set(contents.notebook, self._step):
                    raise Unusable(f"It is a notebook of the set {another}.")
                student = self._student(sender)
                place = self._places.place(student, best, contents, dry_run=self._dry_run)
        except Unusable as error:
            return Row(sender.shown, "not placed", file=file, problem=str(error))
        except OSError as error:  # of the temporary files that an archive is read through
            raise UserError(
                f"{file} could not be read: {error.strerror or error}.",
                todo="Make room on the disk, then run the same command again.",
            ) from None
        clock = (CLOCK,) if best.source == "git" else ()
        return Row(
            sender.shown,
            "replaced" if place.replaced else "new" if place.is_new else "unchanged",
            student,
            file,
            contents.sha256,
            place.replaced,
            best.late,
            best.timestamp,
            (*notes, *contents.notes, *place.notes, *clock),
            unreadable=unreadable(contents.notebook),
        )

    def _name(self, sender: Sender) -> str:
        return student_of(sender.source, sender.user, sender.name, self._roster)

    def _student(self, sender: Sender) -> str:
        student = self._name(sender)
        same = self._senders[student]
        if len(same) > 1:
            them = " and ".join(map(repr, same[:4]))
            raise Unusable(f"More than one sender would be the student {student!r}: {them}.")
        return student

    def _best(self, sender: Sender) -> tuple[Sent, tuple[str, ...]]:
        """The file that counts, and what is said of the others."""
        files, notes = _last(sender.files())
        self.any_notebook |= any(is_notebook(one.file) for one in files)
        good = [one for one in files if _may_be_it(one)]
        inside = [one for one in good if self._step in one.entry.parts[:-1]]
        named = [one for one in good if not carries_another(one.file, self._step)]
        asked = [(one, self._candidate(one)) for one in inside or named]
        if not asked:
            raise Unusable(_why_nothing(files, self._step))
        best, said = choose([one for _, one in asked], self._step, self._bundle, "taken")
        bad = [one.entry for one in files if one.entry.problem]
        notes += [*said, *(f"{entry.name!r} was left out: {entry.problem}" for entry in bad)]
        return next(one for one, candidate in asked if candidate is best), tuple(notes)

    def _candidate(self, one: Sent) -> Candidate:
        def read() -> bytes:
            with contents_of(one.entry, self._step) as contents:
                return contents.notebook

        return Candidate(one.file, _order(one), read)


def _last(files: Sequence[Sent]) -> tuple[list[Sent], list[str]]:
    """What was handed in last, where the source tells several times, and a note on that."""
    newest = max(one.timestamp for one in files)
    times = {one.submission for one in files if one.timestamp}
    several = f"Handed in {len(times)} times; the last, {newest}, was taken."
    return [one for one in files if one.timestamp == newest], [several] if len(times) > 1 else []


def _may_be_it(one: Sent) -> bool:
    return not one.typed and not one.entry.problem and may_hold_one(one.file)


def _order(one: Sent) -> int | float:
    """Canvas counts its uploads; elsewhere only the file's own time tells which is newer."""
    counted = one.source == "canvas" and one.submission
    return int(one.submission) if counted else one.entry.changed


def _why_nothing(files: Sequence[Sent], step: str) -> str:
    """Why none of these can be the notebook."""
    if problems := [one.entry.problem for one in files if one.entry.problem]:
        return problems[0]
    if typed := [one.typed for one in files if one.typed]:
        return f"No file was handed in: only what Canvas or Moodle calls {typed[0]}."
    names = ", ".join(sorted(repr(one.file) for one in files)[:4])
    return f"There is no notebook of {step}, but {names}."
