"""What is handed over to be collected: its kind, and everybody who sent something.

A folder, a zip archive, or repositories; the kind is told from what is in it. A time of handing in
is taken from nbgrader's exchange, which names its folders by it, and from git. A `timestamp.txt` is
a file among the others: whoever packed the archive wrote it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting import repositories
from llmcourse.grading.classroom.collecting.archive import opened_archive
from llmcourse.grading.classroom.collecting.entries import Entry, Unusable, folder_entries
from llmcourse.grading.classroom.collecting.names import may_hold_one
from llmcourse.grading.classroom.collecting.senders import Sent, Source, sent, tell, without_wrapper
from llmcourse.grading.classroom.roster.names import unusable


@dataclass(frozen=True)
class Sender:
    """All that one person sent, or a file that names nobody."""

    source: Source
    name: str  # as the source shows it; the path of a file that names nobody
    user: str  # the id there
    files: Callable[[], tuple[Sent, ...]]  # raises `Unusable` where there are none

    @property
    def shown(self) -> str:
        """The name, with the id that tells apart two of one name."""
        return f"{self.name} ({self.user})" if self.user not in ("", self.name) else self.name


@contextmanager
def opened_source(
    source: Path, step: str, kind: Source | None, gradebook: Path
) -> Iterator[tuple[Source, list[Sender], list[str]]]:
    """The kind of the source, its senders, and the files that are nobody's.

    Raises `UserError` where it can't be read, or holds no files.
    """
    if kind == "git" or (kind is None and _is_git(source)):
        base = source if source.is_dir() else source.parent
        copies = repositories.Repositories(gradebook, base.resolve())
        yield "git", [_clone(copies, *line, step) for line in repositories.listed(source)], []
    elif source.is_dir():
        entries = without_wrapper(folder_entries(source), step, called="")
        yield _senders(entries, source, step, kind)
    else:
        with opened_archive(source) as archive:
            entries = without_wrapper(archive.entries(), step, called=source.stem)
            yield _senders(entries, source, step, kind)


def _is_git(source: Path) -> bool:
    if source.is_dir():
        return repositories.holds_repositories(source)
    return source.suffix.lower() in (".txt", ".csv")


def _clone(copies: repositories.Repositories, name: str, address: str, step: str) -> Sender:
    def files() -> tuple[Sent, ...]:
        return tuple(copies.sent(name, address, step))

    return Sender("git", name, repositories.github_user(address), files)


def _senders(
    entries: Sequence[Entry], source: Path, step: str, kind: Source | None
) -> tuple[Source, list[Sender], list[str]]:
    if not entries:
        raise UserError(f"{source} holds no files.", todo="Give what your platform gave you.")
    kind = kind or tell(entries)
    people: dict[tuple[str, str], list[Sent]] = {}
    senders: list[Sender] = []
    ignored: list[str] = []
    for entry in entries:
        one = sent(entry, kind, step)
        if one is not None and one.step not in ("", step):
            continue  # the exchange holds other sets too
        if one is not None and not (entry.problem and unusable(one.name)):
            people.setdefault(one.sender, []).append(one)
        elif entry.problem or may_hold_one(entry.name):
            why = entry.problem or f"Its path names no student in the form of {kind}."
            senders.append(Sender(kind, entry.path, "", _nothing(why)))
        else:
            ignored.append(entry.path)
    for files in people.values():
        senders.append(Sender(kind, files[0].name, files[0].user, _just(files)))
    return kind, sorted(senders, key=lambda sender: (sender.name, sender.user)), ignored


def _just(files: Sequence[Sent]) -> Callable[[], tuple[Sent, ...]]:
    return lambda: tuple(files)


def _nothing(why: str) -> Callable[[], tuple[Sent, ...]]:
    def files() -> tuple[Sent, ...]:
        raise Unusable(why)

    return files
