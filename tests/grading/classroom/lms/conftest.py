from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from llmcourse.grading.classroom.lms.sheet import Sheet, read_sheet
from llmcourse.grading.classroom.standing import Standing
from llmcourse.grading.problem_sets.bundle import Bundle
from tests.grading.classroom.graded_class import GradedClass, released_set
from tests.grading.conftest import make_repository


@pytest.fixture(scope="session")
def bundle(tmp_path_factory) -> Bundle:
    """The small set, of five points."""
    root = make_repository(tmp_path_factory.mktemp("bundle") / "course")
    return GradedClass(root, released_set()).bundle


@pytest.fixture
def sheet(tmp_path) -> Callable[[str], Sheet]:
    """A sheet with this text."""

    def make(text: str) -> Sheet:
        path: Path = tmp_path / "sheet.csv"
        path.write_bytes(text.encode())
        return read_sheet(path)

    return make


def people(*rows: Sequence) -> list[Standing]:
    """Students by name, id in a platform, points (None: none), as a short way to say it."""
    return [
        Standing(
            student,
            name=name,
            email=f"{student}@example.org",
            ids={platform: id} if id else {},
            points=points,
            why="" if points is not None else "handed in nothing",
        )
        for student, name, platform, id, points in rows
    ]
