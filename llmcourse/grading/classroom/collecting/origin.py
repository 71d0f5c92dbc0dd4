"""Where a collected file came from: what `llmcourse collect` writes down beside it.

The names in it come from a download, so from learners too: they are data, shown with care and never
taken for a path.
"""

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

FORMAT = 1
FILE = "origin.json"
MOST_BYTES = 100_000


@dataclass(frozen=True)
class Origin:
    """One file's way here; an empty text stands for what is not known."""

    source: str = ""  # canvas, moodle, exchange, git or folder
    user: str = ""  # the learner's number there
    submission: str = ""  # the file's number there
    name: str = ""  # the learner's name there
    file: str = ""  # what the file was called, with its folder
    late: bool | None = None  # what the platform says
    sha256: str = ""
    timestamp: str = ""  # nbgrader's form

    def to_json(self) -> str:
        """The text of the file, which `origin_of` reads."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"


UNKNOWN = Origin()


def origin_of(gradebook: Path, step: str, student: str) -> Origin:
    """What is known of the file that lies in gradebook/submitted; an empty one for nothing."""
    path = gradebook / "submitted" / student / step / FILE
    try:
        if path.is_symlink() or path.stat().st_size > MOST_BYTES:
            return UNKNOWN
        given = json.loads(path.read_text(encoding="utf-8"))
        known = {field.name: given.get(field.name) for field in fields(Origin)}
    except (OSError, ValueError, AttributeError, RecursionError):
        return UNKNOWN
    late = known.pop("late")
    texts = {name: value for name, value in known.items() if isinstance(value, str)}
    return Origin(**texts, late=late if isinstance(late, bool) else None)
