"""The members of a zip archive, each read as a stream, none of them unpacked to a path of its own.

An archive comes from learners, so nothing that it says of itself is believed: not the sizes, which
are counted while reading, and not the names, which are shown and compared and never used as paths.
A member that can't be taken says why, and the others are read (D. Fifield, "A better zip bomb",
2019, shows what the limits are for).
"""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.entries import IGNORED, Entry, Stream, Unusable

MOST_MEMBERS = 20_000
MOST_DIRECTORY = 16_000_000  # bytes of the list of members, which is read into memory at once
MOST_OF_ONE = 1_000_000_000  # bytes
MOST_OF_ALL = 16_000_000_000
MOST_RATIO = 200  # to what is stored, for members above …
RATIO_MATTERS = 10_000_000  # … so many bytes

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError)


class Archive:
    """An open zip archive. Close it, or use it in a `with` statement."""

    def __init__(self, file: BinaryIO, most: int = MOST_MEMBERS):
        """Raises `Unusable` for what is no archive, or one with more than `most` members."""
        self._left = MOST_OF_ALL
        try:
            _refuse_long_directory(file)
            self._zip = zipfile.ZipFile(file)
        except Unusable:  # a ValueError too
            raise
        except UnicodeDecodeError:
            raise Unusable("The name of a file in it is not UTF-8, though it says so.") from None
        except (*_DAMAGED, NotImplementedError):
            raise Unusable("It is no zip archive, or only the first part of one.") from None
        if len(self._zip.infolist()) > most:
            raise Unusable(f"It holds more than {most} files.")

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def entries(self) -> list[Entry]:
        """Its files, in its order."""
        members = [member for member in self._zip.infolist() if not member.is_dir()]
        names = [_name(member) for member in members]
        same: dict[str, set[tuple[int, int]]] = {}
        for member, name in zip(members, names, strict=True):
            same.setdefault(name, set()).add((member.CRC, member.file_size))
        found: dict[str, Entry] = {}
        for number, (member, name) in enumerate(zip(members, names, strict=True)):
            if any(part in IGNORED or re.match(r"\.(?!\.)", part) for part in name.split("/")):
                continue
            problem = _problem(member, name)
            if len(same[name]) > 1:
                problem = "It is in the archive twice, and nobody can tell which one counts."
            found.setdefault(name, self._entry(member, name, number, problem))
        return list(found.values())

    def _entry(self, member: zipfile.ZipInfo, name: str, number: int, problem: str) -> Entry:
        @contextmanager
        def opened() -> Iterator[Stream]:
            if problem:
                raise Unusable(problem)
            try:
                with self._zip.open(member) as stream:
                    yield _Counted(self, stream)
            except Unusable:
                raise
            except (*_DAMAGED, NotImplementedError, RuntimeError) as error:
                raise Unusable(f"It is damaged: {str(error)[:80]}.") from None

        year, month, day, hour, minute, second = member.date_time
        changed = ((((year * 12 + month) * 31 + day) * 24 + hour) * 60 + minute) * 60 + second
        return Entry(name, member.file_size, changed + number / MOST_MEMBERS, opened, problem)

    def took(self, number: int) -> None:
        """Count what was read. Raises `Unusable` when it is more than an archive may hold."""
        self._left -= number
        if self._left < 0:
            raise Unusable(f"The archive holds more than {MOST_OF_ALL // 10**9} GB.")


class _Counted:
    """A member's stream: zipfile itself reads no more of it than its stated size."""

    def __init__(self, archive: Archive, stream: Stream):
        self._archive, self._stream = archive, stream

    def read(self, number: int = -1, /) -> bytes:
        content = self._stream.read(number)
        self._archive.took(len(content))
        return content


@contextmanager
def opened_archive(path: Path) -> Iterator[Archive]:
    """The archive at `path`. Raises `UserError` where there is none, or an empty one."""
    again = "Download it again; or unpack it and give the folder."
    try:
        with path.open("rb") as file:
            try:
                archive = Archive(file)
            except Unusable as error:
                raise UserError(f"{path}: {error}", todo=again) from None
            with archive:
                yield archive
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.", todo=again) from None


def _refuse_long_directory(file: BinaryIO) -> None:
    """Raise `Unusable` where the list of members would fill the memory.

    Its length stands in the last record, which begins in the last 65,557 bytes with PK 05 06.
    """
    end = file.seek(0, 2)
    file.seek(max(0, end - 65_557))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at >= 0 and int.from_bytes(tail[at + 12 : at + 16], "little") > MOST_DIRECTORY:
        raise Unusable("Its list of files is too long to be read.")
    file.seek(0)


def _name(member: zipfile.ZipInfo) -> str:
    """The member's path. Some programs write UTF-8 and don't say so, some a backslash."""
    name = member.orig_filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.orig_filename
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _problem(member: zipfile.ZipInfo, name: str) -> str:
    kind = stat.S_IFMT(member.external_attr >> 16)
    parts = name.split("/")
    if ".." in parts or "" in parts or re.match(r"[A-Za-z]:", name):
        return "Its name leads out of the archive."
    if not name.isprintable():
        return "Its name holds characters that can't be printed."
    if kind == stat.S_IFLNK:
        return "It is a link, which is not followed."
    if kind not in (0, stat.S_IFREG):
        return "It is not a file."
    if member.flag_bits & 0x1:
        return "It is encrypted: ask for it without a password."
    if member.file_size > MOST_OF_ONE:
        return f"It is larger than {MOST_OF_ONE // 10**6} MB."
    if member.file_size > max(RATIO_MATTERS, MOST_RATIO * member.compress_size):
        return f"It would unpack to more than {MOST_RATIO} times its size."
    return ""
