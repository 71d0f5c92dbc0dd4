"""What a release says of itself in the metadata of every copy: its tests, tasks and set-up cells.

So a test that was changed since is seen as such, by a learner who has nothing but this file too.
Left out: how the release is made, and the hash by which it is known again (`problem_sets.mark`).
"""

from dataclasses import dataclass
from typing import Any

MARK = "llmcourse"
"""The key of the notebook's metadata that holds it."""


@dataclass(frozen=True)
class ReleasedTest:
    """A test as it was handed out."""

    grade_id: str
    points: int
    hidden: bool
    sha256: str  # see `hashes.fingerprint`


@dataclass(frozen=True)
class ReleasedTask:
    """A task as it was handed out."""

    id: str
    title: str  # its heading
    tests: tuple[ReleasedTest, ...]
    solution: str = ""  # the grade_id of the learner's cell
    forbidden: tuple[str, ...] = ()  # calls that would skip the task
    names: tuple[str, ...] = ()  # what the learner's cell must define


@dataclass(frozen=True)
class ReleasedSetup:
    """A locked cell that is no test, as it was handed out, and the names that it defines."""

    grade_id: str
    names: tuple[str, ...]
    sha256: str


@dataclass(frozen=True)
class Original:
    """All of it."""

    step: str
    tasks: tuple[ReleasedTask, ...]
    setup: tuple[ReleasedSetup, ...]
    imports: tuple[str, ...]  # what a solution may import, besides the standard library


def original_of(content: dict[str, Any]) -> Original | None:
    """What stands in a notebook's JSON; None where a program has dropped or changed it."""
    try:
        mark = content["metadata"][MARK]
        tasks = [
            ReleasedTask(
                str(task["id"]),
                str(task["title"]),
                tuple(
                    ReleasedTest(
                        str(test["grade_id"]),
                        int(test["points"]),
                        bool(test["hidden"]),
                        str(test["sha256"]),
                    )
                    for test in task["tests"]
                ),
                str(task["solution"]),
                tuple(map(str, task["forbidden"])),
                tuple(map(str, task.get("names", ()))),  # older releases don't say them
            )
            for task in mark["tasks"]
        ]
        setup = [
            ReleasedSetup(
                str(cell["grade_id"]), tuple(map(str, cell["names"])), str(cell["sha256"])
            )
            for cell in mark["setup"]
        ]
        imports = tuple(map(str, mark["imports"]))
        return Original(str(mark["step"]), tuple(tasks), tuple(setup), imports)
    except (KeyError, TypeError, ValueError):
        return None
