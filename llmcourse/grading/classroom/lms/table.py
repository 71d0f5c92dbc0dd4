"""A table of all that is known, one row a student, for a spreadsheet or a program.

Names come from learners, so no cell is left a formula (`formulas`).
"""

import csv
import io
from collections.abc import Sequence

from llmcourse.grading.classroom.formulas import safe
from llmcourse.grading.classroom.roster import IDS
from llmcourse.grading.classroom.standing import Standing
from llmcourse.grading.notebook.hashes import short
from llmcourse.grading.problem_sets.bundle import Bundle


def table(found: Sequence[Standing], bundle: Bundle) -> bytes:
    """The table as a CSV file: points before and after late days, and those of each task."""
    tasks = [task.id for task in bundle.tasks]
    header = ["student", "name", "email", *IDS, "points", "of", "days_late", "taken_off", "counts"]
    header += ["handed_in", "attempt", "file", "why_not_graded", "notes", *tasks]
    return csv_bytes([header, *(_row(one, bundle, tasks) for one in found)])


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as the file that spreadsheets and platforms read, in UTF-8, without formulas."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _row(one: Standing, bundle: Bundle, tasks: Sequence[str]) -> list[str]:
    late = one.late
    days = "" if late is None else "unknown" if late.days is None else str(late.days)
    points = {task.id: task.points for task in one.result.tasks} if one.result else {}
    return [
        *(one.student, one.name, one.email),
        *(one.ids.get(kind, "") for kind in IDS),
        *(_number(one.points), f"{bundle.points:g}", days),
        "" if late is None or late.days is None else _number(one.taken_off),
        _number(one.counts),
        one.handed_in.isoformat() if one.handed_in else "",
        str(one.attempt.number) if one.attempt else "",
        short(one.attempt.sha256) if one.attempt else "",
        *(one.why, "; ".join(one.notes)),
        *(_number(points.get(task)) for task in tasks),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
