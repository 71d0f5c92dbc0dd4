"""The course's own roster, gradebook/roster.csv: by it feedback and grades know who is who."""

import csv
import io
from pathlib import Path

from llmcourse.files import replacing
from llmcourse.grading.classroom.folders import locked
from llmcourse.grading.classroom.formulas import safe
from llmcourse.grading.classroom.roster.members import IDS, Roster
from llmcourse.grading.classroom.roster.reading import read_roster

FILE = "roster.csv"


def kept_roster(gradebook: Path) -> Roster | None:
    """The one that lies in `gradebook`, or None. Raises `UserError` where it is damaged."""
    path = gradebook / FILE
    return read_roster(path) if path.exists() else None


def write_roster(roster: Roster, path: Path) -> None:
    """Write the plain form, without ids that pass. Raises `UserError` where it can't be."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["student", "name", "email", *IDS])
    for one in roster.kept().members:
        cells = [one.student, one.name, one.email, *(one.ids.get(kind, "") for kind in IDS)]
        writer.writerow([safe(cell) for cell in cells])
    with locked(path.parent):
        for left in path.parent.glob(f".{path.name}.*.tmp"):  # by a command that was killed
            left.unlink(missing_ok=True)
        with replacing(path) as temporary:
            temporary.write_text(out.getvalue(), encoding="utf-8")
