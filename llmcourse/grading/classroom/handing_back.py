"""The newest feedback page of each student, gathered: as files or as a platform's zip.

    files    <student>.html in one folder, by names that no file system trips over
    moodle   a page in each learner's folder, named as in the download of submissions:
             "Ada Lovelace_1234567_assignsubmission_file_". Moodle finds the learner by the number
             ("Upload multiple feedback files in a zip"; the assignment needs "Feedback files" on)
    canvas   the file names of the download with the ending .html. Canvas finds the learner and the
             file by the two numbers in the name ("Upload Submissions" beside the download), and
             shows the page under the name of the file that was handed in

A page of a file after which a newer one came is not the newest file's: it stays out of a zip, where
it would be read under that file's name, and is written into a folder and named. At the top stands
what people wrote in formgrader (`words_of_people`).

The same pages give the same bytes: a zip's members are sorted and bear no time. Sources:
moodle/moodle, mod/assign/feedback/file/importziplib.php; instructure/canvas-lms,
app/models/abstract_assignment.rb (2026).
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from llmcourse.errors import UserError
from llmcourse.grading.classroom.folders import folder_name
from llmcourse.grading.classroom.lms.written import write_own
from llmcourse.grading.classroom.standing import NEWER_FILE, Standing
from llmcourse.grading.classroom.words_of_people import with_words
from llmcourse.grading.problem_sets.bundle import Bundle


@dataclass(frozen=True)
class Gathered:
    """What was written, and who is not in it."""

    pages: int
    changed: int  # files that were not as they are now
    without: tuple[tuple[str, str], ...] = ()  # student and reason
    older: tuple[str, ...] = ()  # students whose page is not of their newest file
    others: tuple[str, ...] = ()  # pages in the folder that are of none of these students


def write_pages(root: Path, bundle: Bundle, known: Sequence[Standing], folder: Path) -> Gathered:
    """Each page as <student>.html in `folder`; other files there are left alone."""
    files = {
        folder / f"{folder_name(one.student)}.html": _page(one, bundle) for one in _with_page(known)
    }
    changed = write_own(root / "gradebook", files)
    others = tuple(sorted(path.name for path in set(folder.glob("*.html")) - set(files)))
    older = tuple(one.student for one in _with_page(known) if _is_older(one))
    return Gathered(len(files), len(changed), _without(known), older, others)


def write_zip(
    root: Path, bundle: Bundle, known: Sequence[Standing], path: Path, platform: str
) -> Gathered:
    """All pages in the zip that `platform`, moodle or canvas, takes back.

    Raises `UserError` where none of the students came from there, or of each a newer file is there.
    """
    step = bundle.step
    name_of = _in_canvas if platform == "canvas" else _in_moodle
    members: dict[str, bytes] = {}
    without = list(_without(known))
    for one in _with_page(known):
        name = name_of(one, step)
        if _is_older(one):
            without.append((one.student, NEWER_FILE))
        elif name is None or name in members:
            why = "not from a download" if name is None else "has the name of another there"
            without.append((one.student, f"{why} of {platform.title()}"))
        else:
            members[name] = _page(one, bundle)
    if not members and any(map(_is_older, known)):
        raise UserError(
            f"No page of {step} is of the newest file of a student.",
            todo=f"Run `llmcourse grade {step}` first.",
        )
    if not members:
        raise UserError(
            f"No submission of {step} came from a download of {platform.title()}.",
            todo=f"Collect it from the zip that {platform.title()} gives, or leave out --zip and "
            "hand the pages back by hand.",
        )
    changed = write_own(root / "gradebook", {path: _zipped(members)})
    return Gathered(len(members), len(changed), tuple(sorted(without)))


def _with_page(known: Sequence[Standing]) -> list[Standing]:
    return [one for one in known if one.attempt is not None]


def _without(known: Sequence[Standing]) -> tuple[tuple[str, str], ...]:
    return tuple((one.student, one.why) for one in known if one.attempt is None)


def _is_older(one: Standing) -> bool:
    """Whether the page is not of the newest file."""
    return NEWER_FILE in one.notes


def _page(one: Standing, bundle: Bundle) -> bytes:
    """The page of the newest result of the attempt that counts, with what people wrote."""
    path = one.attempt.feedback if one.attempt else Path()
    try:
        return with_words(path.read_bytes(), one, bundle)
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.",
            todo="Restore it from a copy, or grade again: llmcourse grade STEP --regrade",
        ) from None


def _in_canvas(one: Standing, step: str) -> str | None:
    """The name that Canvas gave the file, with another ending; its folder doesn't matter.

    Canvas takes the first two numbers between underscores for those of the learner and the file.
    """
    origin, name = one.origin, PurePosixPath(one.origin.file).name
    numbers = [part for part in name.split("_") if part.isdecimal()][:2]
    is_blind = name.startswith("anon_")
    if origin.source != "canvas" or not _is_safe(name):
        return None
    if not is_blind and numbers != [origin.user, origin.submission]:
        return None
    return str(PurePosixPath(name).with_suffix(".html"))


def _in_moodle(one: Standing, step: str) -> str | None:
    """The learner's folder, or the beginning of the file's name where the download has none."""
    page = f"{step}-feedback.html"
    parts = one.origin.file.split("/") if one.origin.source == "moodle" else []
    for part in parts:
        found = re.fullmatch(r"(.+_\d+_assignsubmission_file)(_.*)?", part)
        if found and _is_safe(part):
            return f"{found[1]}_{page}" if part == parts[-1] else f"{part}/{page}"
    id = one.ids.get("moodle", "")
    if not id.isdecimal():
        return None
    name = "".join(c for c in one.name if c.isalnum() or c in " -'.").strip() or "Participant"
    return f"{name}_{id}_assignsubmission_file_/{page}"


def _is_safe(name: str) -> bool:
    """Whether a name from a download may be one in our zip."""
    return name not in ("", ".", "..") and name.isprintable() and not set(name) & set('/\\:*?"<>|')


def _zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))  # the earliest that a zip can say
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            archive.writestr(member, members[name])
    return out.getvalue()
