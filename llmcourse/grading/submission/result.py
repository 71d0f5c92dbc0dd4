"""What grading one submission gives: points with the reason for each that is missing.

A result is plain data, so that it can be kept beside the submission, carried from another machine,
and turned into a page or a row of the gradebook later. It holds messages of hidden tests only in
the form in which a learner may read them.
"""

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["passed", "not started", "not yet", "error", "not allowed", "stopped"]
"""`not allowed`: a call or import that would skip the task; `stopped`: a limit was reached."""


@dataclass(frozen=True)
class TestResult:
    """One test cell: all of its points, or none."""

    passed: bool
    points: float  # earned
    of: float
    state: State
    message: str = ""  # for the learner: of a hidden test nothing but what is safe to say
    misconception: str = ""  # the `name` of a known one, where the message shows it


@dataclass(frozen=True)
class TaskResult:
    """One task: its visible and its hidden test."""

    id: str
    title: str
    visible: TestResult
    hidden: TestResult

    @property
    def points(self) -> float:
        """What the task earned."""
        return self.visible.points + self.hidden.points

    @property
    def of(self) -> float:
        """What it is worth."""
        return self.visible.of + self.hidden.of


@dataclass(frozen=True)
class Result:
    """One submission by one bundle. Grading it again by the same bundle gives the same points."""

    step: str
    submission: str  # sha256 of the file that was handed in
    bundle: str  # sha256 of the bundle
    seed: str  # of the hidden tests
    tasks: tuple[TaskResult, ...]  # none where it could not be graded
    notes: tuple[str, ...] = ()  # what was odd about the file, for learner and instructor
    refused: str = ""  # why it could not be graded: not the same as 0 points
    seconds: float = 0.0

    @property
    def points(self) -> float:
        """What the submission earned."""
        return sum((task.points for task in self.tasks), 0.0)

    @property
    def of(self) -> float:
        """What it could have earned."""
        return sum((task.of for task in self.tasks), 0.0)

    @property
    def by_test(self) -> dict[str, tuple[float, float]]:
        """Points earned in the visible and in the hidden test, by task id."""
        return {task.id: (task.visible.points, task.hidden.points) for task in self.tasks}

    def to_json(self) -> str:
        """One JSON text, from which `from_json` makes the same result."""
        return json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Result":
        """Raises `ValueError`, `TypeError` or `KeyError` for a text that is no result."""
        fields: dict[str, Any] = json.loads(text)
        tasks = tuple(
            TaskResult(
                task["id"],
                task["title"],
                TestResult(**task["visible"]),
                TestResult(**task["hidden"]),
            )
            for task in fields.pop("tasks")
        )
        return cls(**fields | {"tasks": tasks, "notes": tuple(fields["notes"])})
