"""Who sent a file, told by its path: the forms that Canvas, Moodle, nbgrader and people give it.

    Canvas      lovelaceada_LATE_12345_67890_3-decoding-1.ipynb     (`-1`: uploaded before)
                lovelaceada_12345_text.html                         (typed in place of a file)
                lovelaceada12345_question_7_67890_3-decoding.ipynb  (a quiz)
                anon_x3V9q_67890_3-decoding.ipynb                   (marked blind)
    Moodle      Ada Lovelace_1234567_assignsubmission_file_/3-decoding.ipynb
                Ada Lovelace_1234567_assignsubmission_file_3-decoding.ipynb
    nbgrader    ada+3-decoding+2026-11-22 14:00:00 UTC+x7Fq/3-decoding.ipynb
    a folder    ada/3-decoding/3-decoding.ipynb, ada/homework.ipynb, ada_3-decoding.ipynb

In a group assignment the name is the group's, and the number that of the member who uploaded.
Canvas writes the family name first, without what is no letter, digit or underscore. It and Moodle
put no time of handing in into an archive. Left out: whom of the class the sender is (`whose`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from llmcourse.grading.classroom.collecting.entries import Entry
from llmcourse.grading.classroom.collecting.names import may_hold_one, stem

Source = Literal["canvas", "moodle", "exchange", "git", "folder"]
SOURCES = get_args(Source)
_CANVAS = re.compile(
    r"(?P<name>[^/]+?)(_(?P<late>LATE))?_(?P<user>\d+)"
    r"_((?P<submission>\d+)_(?P<file>.+)|(?P<typed>text|link)\.html)",
    re.I,
)
_CANVAS_BLIND = re.compile(
    r"(LATE_)?(?P<name>anon)(_(?P<late>LATE))?_(?P<user>\w{5})"
    r"_((?P<submission>\d+)_(?P<file>.+)|(?P<typed>text|link)\.html)",
    re.I,
)
_CANVAS_QUIZ = re.compile(
    r"(?P<name>[^/]+?)(?P<user>\d+)_question_\d+_((?P<submission>\d+)_)?(?P<file>.+)", re.I
)
_MOODLE = re.compile(
    r"(?P<name>[^/]+)_(?P<user>\d+)_assignsubmission_(?P<typed>[a-z]+)(_(?P<file>.*))?"
)
_EXCHANGE = re.compile(
    r"(?P<user>[^+/]+)\+(?P<step>[^+/]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+/]*)(\+[^/]*)?"
)
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( [\w/+:-]+)?")
"""As nbgrader writes it: 2026-11-22 14:00:00.123456 UTC"""


@dataclass(frozen=True)
class Sent:
    """A file and what its path tells of who sent it."""

    entry: Entry
    source: Source
    user: str = ""  # the id that the source gives a person
    name: str = ""  # the name that it shows
    file: str = ""  # the file as the learner called it
    submission: str = ""  # an id of the upload
    late: bool | None = None  # None: the source doesn't say
    timestamp: str = ""  # when it was handed in, where the path says so
    step: str = ""  # the set that the path names
    typed: str = ""  # what was sent in place of a file

    @property
    def sender(self) -> tuple[str, str]:
        """The same for all files of one person."""
        return (self.user, "") if self.user else ("", self.name)


def tell(entries: Sequence[Entry]) -> Source:
    """The source whose form most of these paths have; a folder if none has more than half."""
    forms = {"canvas": _canvas, "moodle": _moodle, "exchange": _exchange}
    for source, form in forms.items():
        if 2 * sum(form(entry) is not None for entry in entries) > len(entries):
            return source  # type: ignore[return-value]
    return "folder"


def sent(entry: Entry, source: Source, step: str) -> Sent | None:
    """What the path of `entry` tells; None where it names nobody."""
    if source == "folder":
        return _folder(entry, step)
    return {"canvas": _canvas, "moodle": _moodle, "exchange": _exchange}[source](entry)


def without_wrapper(entries: Sequence[Entry], step: str, called: str) -> list[Entry]:
    """The entries without the folder that holds them all, as in the zip of a folder.

    It is no wrapper if it may be the folder of the only student.
    """
    entries = list(entries)
    while _is_wrapped(entries, step, called):
        entries = [replace(entry, path="/".join(entry.parts[1:])) for entry in entries]
    return entries


def _is_wrapped(entries: Sequence[Entry], step: str, called: str) -> bool:
    tops = {entry.parts[0] for entry in entries}
    if len(tops) != 1 or not all(entry.parts[1:] for entry in entries):
        return False
    deep = all(len(entry.parts) > 2 and entry.parts[1] != step for entry in entries)
    return deep or tops <= {called, step}


def _canvas(entry: Entry) -> Sent | None:
    forms = (_CANVAS_BLIND, _CANVAS_QUIZ, _CANVAS)
    found = next((match for form in forms if (match := form.fullmatch(entry.name))), None)
    if found is None:
        return None
    given = {"late": None, "typed": None} | found.groupdict()
    return Sent(
        entry,
        "canvas",
        user=given["user"],
        name=given["name"],
        file=given["file"] or entry.name,
        submission=given["submission"] or "",
        late=bool(given["late"]) if "late" in found.groupdict() else None,
        typed=given["typed"] or "",
    )


def _moodle(entry: Entry) -> Sent | None:
    for part in entry.parts:
        if found := _MOODLE.fullmatch(part):
            inside = entry.parts[-1] if part != entry.parts[-1] else found["file"] or part
            typed = "" if found["typed"] == "file" else found["typed"]
            return Sent(entry, "moodle", found["user"], found["name"], inside, typed=typed)
    return None


def _exchange(entry: Entry) -> Sent | None:
    for part in entry.parts[:-1]:
        if found := _EXCHANGE.fullmatch(part):
            return Sent(
                entry,
                "exchange",
                found["user"],
                found["user"],
                entry.name,
                submission=part,
                timestamp=found["time"],
                step=found["step"],
            )
    return None


def _folder(entry: Entry, step: str) -> Sent | None:
    if len(entry.parts) > 1:
        return Sent(entry, "folder", name=entry.parts[0], file=entry.name)
    name = name_in(entry.name, step) if may_hold_one(entry.name) else ""
    return Sent(entry, "folder", name=name, file=entry.name) if name else None


def name_in(file: str, step: str) -> str:
    """The name of a person in that of a loose file.

    >>> name_in("Copy of 3-decoding_Ada Lovelace (1).ipynb", "3-decoding")
    'Ada Lovelace'
    """
    name = re.sub(re.escape(step).replace(r"\-", r"[-_\s]+"), " ", stem(file), flags=re.I)
    name = re.sub(r"^\s*(Copy of|Kopie von|Copie de|Copia de)\b|\(\d+\)|-Copy\d*", " ", name)
    return name.strip(" \t_-–.,")
