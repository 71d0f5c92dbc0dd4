"""The submissions of one set in a folder, by the names that files have when people hand them in.

nbgrader and `llmcourse collect` keep `<folder>/<student>/<step>/*.ipynb`; a folder that was filled
by hand is often `<folder>/<student>/*.ipynb`. Whoever has a folder is in the list, with a file or
with the reason why there is none, and so is a notebook that lies in nobody's folder. Which of
several notebooks counts is the part of `collecting.choosing`. A time is read in `submitted` alone,
where nbgrader and `llmcourse collect` write it: in another folder the learner may have done so.
Left out: what is in the files.
"""

import difflib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.choosing import (
    Candidate,
    carries,
    carries_another,
    choose,
)
from llmcourse.grading.classroom.collecting.names import is_notebook
from llmcourse.grading.classroom.collecting.placing import TIME
from llmcourse.grading.notebook.cells import MOST_BYTES
from llmcourse.grading.problem_sets.bundle import Bundle

COLLECTED = "submitted"
"""The folder that nothing but a collector fills."""

ARCHIVERS = ("__MACOSX",)
"""Folders that programs add; names that begin with a dot are left out too."""

NOBODYS = "This notebook lies in no student's folder: put it into one, or use `llmcourse collect`."


@dataclass(frozen=True)
class Submission:
    """What one student handed in, or why there is nothing to grade."""

    student: str
    path: Path | None
    notes: tuple[str, ...] = ()  # about the choice between several files
    problem: str = ""  # why there is no path
    timestamp: str = ""  # nbgrader's, when it was handed in


def find(folder: Path, step: str, bundle: Bundle | None = None) -> list[Submission]:
    """The submission of each student who has a folder in `folder`, by name.

    Of several notebooks one that holds work is taken before one that is as it was handed out, as
    far as the set's `bundle` tells; of these the one with the set's own name, else the newest that
    has the set's name in its own, else the newest; a note names the others. Links that lead out of
    the student's folder are not followed. Raises `UserError` for a folder that holds no
    submissions.
    """
    folders, loose = _students(folder)
    found = []
    seen: dict[str, str] = {}
    for name, place in folders:
        one = _submission(name, place, step, bundle)
        if name in seen:
            one = Submission(
                name, None, problem=f"The folders {seen[name]!r} and {place.name!r} are one name."
            )
        seen[name] = place.name
        found.append(one)
    if not any(one.path for one in found):
        reason = found[0].problem
        raise UserError(
            f"{folder} holds no submission of {step}: of {_count(len(found), 'folder')} none has "
            f"a notebook of it (for example {found[0].student!r}: {reason})",
            todo=f"Give the folder that holds one folder a student: "
            f"<folder>/<student>/{step}/{step}.ipynb",
        )
    return [*found, *(Submission(name, None, problem=NOBODYS) for name in loose)]


def chosen(found: list[Submission], wanted: list[str] | None) -> list[Submission]:
    """Those of the students that were asked for; all of them if none was."""
    if not wanted:
        return found
    names = [unicodedata.normalize("NFC", name) for name in wanted]
    there = {one.student for one in found}
    for name in names:
        if name not in there:
            near = difflib.get_close_matches(name, there, n=3)
            raise UserError(
                f"There is no student {name!r} among {len(there)}.",
                todo=f"Did you mean {' or '.join(map(repr, near))}?"
                if near
                else "Give the name of a folder, as it is written.",
            )
    return [one for one in found if one.student in names]


def refuse_other_folders(folder: Path, root: Path, step: str) -> None:
    """Raise `UserError` for what is often given in place of a folder with one folder a student."""
    own = [root, *(root / name for name in ("exercises", "solutions", "gradebook"))]
    if folder.resolve() in [place.resolve() for place in own]:
        raise UserError(
            f"{folder} is a folder of the course, not of submissions.",
            todo="Give the one that holds one folder a student, as gradebook/submitted does.",
        )
    if folder.is_file() and folder.suffix.lower() == ".ipynb":
        raise UserError(
            f"{folder} is a notebook, not a folder of submissions.",
            todo=f"To try it yourself: llmcourse check {folder}. To grade it, put it where "
            f"submissions lie: gradebook/submitted/<student>/{step}/{step}.ipynb",
        )
    if folder.is_file():
        raise UserError(
            f"{folder} is a file, not a folder of submissions.",
            todo=f"Sort an archive into folders first: llmcourse collect {folder} {step}",
        )
    inner = folder / step
    if inner.is_dir() and any(inner.glob("*.ipynb")):
        raise UserError(
            f"{folder} is the folder of one student: it holds {step}/ with a notebook.",
            todo=f"Give the folder above: --submissions {folder.absolute().parent} "
            f"--student {folder.absolute().name}",
        )
    if inner.is_dir():
        raise UserError(
            f"{folder} holds a folder {step}, where one folder a student is expected.",
            todo=f"If the students are in there: --submissions {inner}",
        )


def _students(folder: Path) -> tuple[list[tuple[str, Path]], list[str]]:
    """The students' folders, and the notebooks that lie beside them."""
    layout = "Give the folder that holds one folder a student, for example gradebook/submitted."
    try:
        places = [place for place in folder.iterdir() if not place.name.startswith(".")]
    except NotADirectoryError:
        raise UserError(f"{folder} is a file, not a folder.", todo=layout) from None
    except FileNotFoundError:
        raise UserError(f"There is no folder {folder}.", todo=layout) from None
    except OSError as error:
        raise UserError(f"{folder} can't be read: {error.strerror}.", todo=layout) from None
    folders = [place for place in places if place.is_dir() and place.name not in ARCHIVERS]
    if not folders:
        what = "only files" if places else "nothing"
        raise UserError(f"{folder} holds {what}, no folder of a student.", todo=layout)
    loose = [_name(place) for place in places if is_notebook(place.name)]
    loose = sorted(set(loose) - {_name(place) for place in folders})
    return sorted((_name(place), place) for place in folders), loose


def _name(place: Path) -> str:
    """The student's name; a Mac writes é as two characters, and it is one name all the same."""
    name = place.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return unicodedata.normalize("NFC", name)


def _submission(student: str, place: Path, step: str, bundle: Bundle | None) -> Submission:
    if "\N{REPLACEMENT CHARACTER}" in student:
        return Submission(student, None, problem="The folder's name is not UTF-8: rename it.")
    if place.is_symlink():
        return Submission(student, None, problem="The folder is a link, which is not followed.")
    notes: list[str] = []
    inner = place / step
    inside = _notebooks(inner, place, notes) if inner.is_dir() else []
    candidates = inside or _named(_notebooks(place, place, notes), step)
    if not candidates:
        problem = " ".join([f"There is no notebook of {step} in {place}.", *notes])
        return Submission(student, None, problem=problem)
    paths = {_candidate(path): path for path in candidates}
    best, said = choose(list(paths), step, bundle, "graded")
    time = _timestamp(inner) if place.parent.resolve().name == COLLECTED else ""
    return Submission(student, paths[best], (*said, *notes), timestamp=time)


def _candidate(path: Path) -> Candidate:
    def read() -> bytes:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)

    return Candidate(path.name, path.stat().st_mtime_ns, read)


def _notebooks(folder: Path, student: Path, notes: list[str]) -> list[Path]:
    """The notebooks in `folder` that are files of this student."""
    return [path for path in _listed(folder) if _is_own(path, student, notes)]


def _listed(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if is_notebook(path.name) and not path.name.startswith("."):
            yield path


def _is_own(path: Path, student: Path, notes: list[str]) -> bool:
    try:
        target = path.resolve(strict=True)
        regular = target.is_file()
    except (OSError, RuntimeError):  # a broken link, or one that leads to itself
        target, regular = path, False
    if not target.is_relative_to(student.resolve()):
        notes.append(f"{path.name!r} is a link out of the student's folder: not followed.")
        return False
    if not regular:
        notes.append(f"{path.name!r} is not a file.")
    return regular


def _named(paths: list[Path], step: str) -> list[Path]:
    """Those that carry the set's name, else those that carry no set's."""
    own = [path for path in paths if carries(path.name, step)]
    return own or [path for path in paths if not carries_another(path.name, step)]


def _timestamp(folder: Path) -> str:
    """When nbgrader or the exchange says that it was handed in."""
    path = folder / TIME
    try:
        if path.is_symlink() or path.stat().st_size > 100:
            return ""
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("s" if number != 1 else "")
