"""The files of a source, whatever it is: a path to show, and a stream to read it once.

A folder is walked without following links, and a file that is no file (a pipe, a device) is never
opened. Left out: zip archives (`archive`), repositories (`clones`), and whose the files are.
"""

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from llmcourse.errors import UserError

MOST_FILES = 100_000
DEEPEST = 50  # folders in folders
MOST_BYTES = 64_000_000  # of a notebook, and of all that is read into memory

IGNORED = ("__MACOSX",)
"""Folders that programs add; names that begin with a dot are left out too."""


class Unusable(UserError):
    """Why one file can't be taken; the others can."""

    def __init__(self, wrong: str):
        super().__init__(wrong, todo="")

    def __str__(self) -> str:
        return self.wrong


@runtime_checkable
class Stream(Protocol):
    """What a file can be read from, once, from its beginning."""

    def read(self, number: int = -1, /) -> bytes:
        """So many bytes, or fewer where there are no more."""


@dataclass(frozen=True)
class Entry:
    """One file of a source."""

    path: str  # as it is called there, with its folders
    size: int
    changed: float  # when, as far as the source knows: newer is greater
    open: Callable[[], AbstractContextManager[Stream]]
    problem: str = ""  # why it can't be read

    @property
    def parts(self) -> tuple[str, ...]:
        """Its folders and its name."""
        return tuple(self.path.split("/"))

    @property
    def name(self) -> str:
        """The file's name."""
        return self.parts[-1]

    def read(self, most: int = MOST_BYTES) -> bytes:
        """All of it. Raises `Unusable` where that is more than `most` bytes, or can't be had."""
        if self.problem:
            raise Unusable(self.problem)
        with self.open() as stream:
            content = stream.read(most + 1)
        if len(content) > most:
            raise Unusable(f"It is larger than {most // 10**6} MB.")
        return content


def folder_entries(folder: Path) -> list[Entry]:
    """All files below `folder`, by name. Raises `UserError` where it can't be read."""
    found = []
    for entry in _walk(folder, ()):
        found.append(entry)
        if len(found) > MOST_FILES:
            raise UserError(
                f"{folder} holds more than {MOST_FILES} files.",
                todo="Give a folder that holds what was handed in and nothing else.",
            )
    return found


def _walk(folder: Path, above: tuple[str, ...]) -> Iterator[Entry]:
    if len(above) > DEEPEST:
        yield _refused("/".join(above), f"It lies more than {DEEPEST} folders deep.")
        return
    try:
        places = [(_name(place), place) for place in sorted(folder.iterdir())]
    except OSError as error:
        if above:
            yield _refused("/".join(above), f"The folder can't be read: {error.strerror}.")
            return
        raise UserError(f"{folder} can't be read: {error.strerror}.", todo="Check it.") from None
    names = Counter(name for name, _ in places)
    for name, place in places:
        if name.startswith(".") or name in IGNORED:
            continue
        path = "/".join((*above, name))
        try:
            found = place.lstat()
        except OSError as error:
            yield _refused(path, f"It can't be read: {error.strerror}.")
            continue
        if "\N{REPLACEMENT CHARACTER}" in name:
            yield _refused(path, "Its name is not UTF-8: rename it.")
        elif names[name] > 1:
            yield _refused(path, "Two things have this name, in two forms of Unicode: rename one.")
        elif stat.S_ISLNK(found.st_mode):
            yield _refused(path, "It is a link, which is not followed.")
        elif stat.S_ISDIR(found.st_mode):
            yield from _walk(place, (*above, name))
        elif stat.S_ISREG(found.st_mode):
            yield Entry(path, found.st_size, found.st_mtime, _opening(place))
        else:
            yield _refused(path, "It is not a file.")


def _name(place: Path) -> str:
    """A Mac writes é as two characters, and it is one name all the same."""
    name = os.fsencode(place.name).decode("utf-8", "replace")
    return unicodedata.normalize("NFC", name)


def _opening(place: Path) -> Callable[[], AbstractContextManager[Stream]]:
    def opened() -> AbstractContextManager[Stream]:
        try:  # it may have become a link or a pipe since it was looked at
            handle = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            raise Unusable(f"It can't be read: {error.strerror}.") from None
        return os.fdopen(handle, "rb")

    return opened


def _refused(path: str, problem: str) -> Entry:
    def opened() -> AbstractContextManager[Stream]:
        raise Unusable(problem)

    return Entry(path, 0, 0.0, opened, problem)
