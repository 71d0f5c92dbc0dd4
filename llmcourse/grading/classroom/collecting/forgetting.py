"""A student who is none: made by a wrong name or a wrong download, and taken out of the course.

Nothing is deleted. All that the gradebook's folder holds of them, submissions and attempts of every
set, is moved to gradebook/forgotten/<student>/0001/, from where it can be moved back. Left out:
nbgrader's own gradebook, which may hold scores that a person gave.
"""

import unicodedata
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.folders import folder_name, locked


def forget(gradebook: Path, student: str) -> list[Path]:
    """Move everything of `student` away; where it is now.

    Run again after it was stopped, it moves the rest to the same place. Raises `UserError` where
    there is nothing, or it can't be moved.
    """
    student = unicodedata.normalize("NFC", student)
    if not (gradebook / "submitted").is_dir():
        raise UserError(f"There is no folder {gradebook / 'submitted'}.", todo="Give --root.")
    with locked(gradebook / "submitted"):
        found = _found(gradebook, student)
        if not found:
            raise UserError(
                f"There is no student {student!r}: no submission and no attempt.",
                todo="Give the name of a folder in gradebook/submitted, as it is written.",
            )
        place = gradebook / "forgotten" / folder_name(student)
        moved = []
        for path in found:
            target = _free(place, path.relative_to(gradebook))
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                path.rename(target)
            except OSError as error:
                raise UserError(
                    f"{path} could not be moved: {error.strerror}.",
                    todo="Correct the folder's permissions, then run the same command again.",
                ) from None
            moved.append(target)
    return moved


def _found(gradebook: Path, student: str) -> list[Path]:
    """All folders that are this student's."""
    submitted = [
        path
        for folder in ("submitted", "autograded")
        for path in sorted((gradebook / folder).glob("*"))
        if unicodedata.normalize("NFC", path.name) == student
    ]
    safe = folder_name(student)
    kept = [gradebook / kind for kind in ("attempts", "replaced")]
    return [*submitted, *(path for one in kept for path in sorted(one.glob(f"*/{safe}")))]


def _free(place: Path, inside: Path) -> Path:
    """The first numbered folder in which nothing lies where `inside` would."""
    number = 1
    while (place / f"{number:04}" / inside).exists():
        number += 1
    return place / f"{number:04}" / inside
