"""What the last check of each problem set said, kept so that a table of all sets costs nothing.

A record is a small JSON file in the user's cache, one a notebook, named after the notebook's place:
nothing is written beside the learner's work. A record remembers which bytes it judged, so that a
notebook which has changed since is shown as such. Left out: grades.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.files import replacing, user_cache
from llmcourse.grading.notebook.reading import read
from llmcourse.grading.self_check.check import Check, TaskResult


@dataclass(frozen=True)
class Progress:
    """How far one set is, by its visible tests."""

    path: Path
    done: int  # tasks
    tasks: int
    points: float
    of: float
    hidden: float  # points of the tests that only the grader has
    checked: datetime | None  # when; None: never
    changed: bool  # whether the notebook was edited after that


def remember(check: Check) -> Path:
    """Keep what `check` said of its notebook; where."""
    original = check.notebook.original
    record = {
        "notebook": str(check.notebook.path.resolve()),
        "step": original.step if original else check.notebook.path.stem,
        "sha256": check.notebook.sha256,
        "checked": datetime.now(UTC).isoformat(timespec="seconds"),
        "tasks": [asdict(task) for task in check.tasks],
    }
    path = _record(check.notebook.path)
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return path


def problem_notebooks(folder: Path) -> list[Path]:
    """The notebooks of the sets in `folder`, in the order of the course.

    Raises `UserError` where there is none.
    """
    found = sorted(path for path in folder.glob("*/*.ipynb") if path.stem == path.parent.name)
    if not found:
        raise UserError(
            f"{folder} holds no problem sets.",
            todo="Give the folder exercises/ of the course: llmcourse progress exercises",
        )
    return found


@dataclass(frozen=True)
class Copy:
    """A notebook that was checked somewhere."""

    path: Path
    step: str  # of a file that says no more of its release, its name
    checked: datetime


def copies(known: Sequence[Path]) -> list[Copy]:
    """Notebooks that were checked, are still there and are none of the `known`: copies elsewhere.

    A download in another folder is one: `~/Downloads/3-decoding (1).ipynb`.
    """
    ours = {path.resolve() for path in known}
    found = []
    for place in (user_cache() / "progress").glob("*.json"):
        try:
            record = json.loads(place.read_text(encoding="utf-8"))
            path, checked = Path(record["notebook"]), datetime.fromisoformat(record["checked"])
            if path.is_file() and path not in ours and _record(path) == place:
                found.append(Copy(path, str(record.get("step", path.stem)), checked))
        except (OSError, ValueError, KeyError, TypeError):  # a record that can't be read is none
            continue
    return sorted(found, key=lambda copy: copy.path)


def of_interest(found: Sequence[Copy], folders: Sequence[Path]) -> list[Copy]:
    """The copies in `folders`, and of each set the one that was checked last anywhere else.

    Who grades, or tries things out, checks dozens that nobody wants to see again.
    """
    places = [folder.resolve() for folder in folders]
    near = {copy for copy in found if any(copy.path.is_relative_to(place) for place in places)}
    far = sorted((copy for copy in found if copy not in near), key=lambda copy: copy.checked)
    newest = {copy.step: copy for copy in far}
    return [copy for copy in found if copy in near or copy is newest[copy.step]]


def progress_of(path: Path) -> Progress:
    """How far the set at `path` is, from its last check and without running anything.

    Raises `UserError` where the notebook can't be read.
    """
    notebook = read(path)
    tasks, checked, judged = _recall(path)
    if checked is None:
        exercises = notebook.exercises()
        return Progress(
            path,
            done=0,
            tasks=len(exercises),
            points=0.0,
            of=sum(exercise.points for exercise in exercises),
            hidden=sum(exercise.hidden for exercise in exercises),
            checked=None,
            changed=False,
        )
    passed = [task for task in tasks if task.state == "passed"]
    return Progress(
        path,
        done=len(passed),
        tasks=len(tasks),
        points=sum((task.points for task in passed), 0.0),
        of=sum(task.points for task in tasks),
        hidden=sum(task.hidden for task in tasks),
        checked=checked,
        changed=judged != notebook.sha256,
    )


def _recall(path: Path) -> tuple[list[TaskResult], datetime | None, str]:
    """The last check's tasks, time and bytes. A record that can't be read is no record."""
    try:
        record = json.loads(_record(path).read_text(encoding="utf-8"))
        tasks = [TaskResult(**task) for task in record["tasks"]]
        return tasks, datetime.fromisoformat(record["checked"]), record["sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return [], None, ""


def _record(path: Path) -> Path:
    place = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    return user_cache() / "progress" / f"{path.stem}-{place}.json"
