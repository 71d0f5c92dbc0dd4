"""What `llmcourse grade` shows of a class, as a table and as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from llmcourse.grading.notebook.hashes import short
from llmcourse.terminal import plain

if TYPE_CHECKING:
    from rich.table import Table

    from llmcourse.grading.classroom.grade import Outcome
    from llmcourse.grading.problem_sets.bundle import Bundle


def outcomes_table(bundle: "Bundle", outcomes: "Sequence[Outcome]") -> "Table":
    """A row for each student."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{bundle.step}: {bundle.title}", title_justify="left")
    table.add_column("student")
    table.add_column(f"points of {bundle.points}", justify="right")
    table.add_column("attempt", justify="right")
    table.add_column("file", no_wrap=True)
    table.add_column("notes")
    for one in outcomes:
        points = f"{one.result.points:g}" if one.graded and one.result else "not graded"
        attempt = str(one.attempt.number) if one.attempt else ""
        notes = _short(one.notes) if one.is_new or one.problem else "as before"
        file = short(one.attempt.sha256) if one.attempt else ""
        table.add_row(Text(plain(one.student)), points, attempt, file, Text(plain(notes)))
    return table


def _short(notes: "Sequence[str]") -> str:
    """The first note; the feedback page holds them all.

    >>> _short(["Graded again.", "A cell was deleted.", "Another was split."])
    'Graded again. (and 2 more)'
    """
    more = f" (and {len(notes) - 1} more)" if len(notes) > 1 else ""
    return notes[0] + more if notes else ""


def outcomes_report(bundle: "Bundle", outcomes: "Sequence[Outcome]") -> dict[str, Any]:
    """The same for programs."""
    students = [
        {
            "student": one.student,
            "points": one.result.points if one.graded and one.result else None,
            "tasks": {task.id: task.points for task in one.result.tasks} if one.result else {},
            "attempt": one.attempt.number if one.attempt else None,
            "file": short(one.attempt.sha256) if one.attempt else None,
            "sha256": one.attempt.sha256 if one.attempt else None,
            "feedback": str(one.attempt.feedback) if one.attempt else None,
            "graded": one.graded,
            "new": one.is_new,
            "problem": one.problem,
            "notes": list(one.notes),
        }
        for one in outcomes
    ]
    return {
        "step": bundle.step,
        "max_score": bundle.points,
        "bundle": bundle.sha256,
        "students": students,
    }
