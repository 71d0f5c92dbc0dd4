"""Graders at once: no row lost, none doubled, on one machine and on several."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom import gradebook
from llmcourse.grading.classroom.gradebook import database
from llmcourse.grading.problem_sets.bundle import Bundle
from tests.grading.classroom.gradebook.conftest import Course
from tests.grading.conftest import STEP
from tests.postgres import needs_postgres

GRADERS = 3
STUDENTS = [f"student {number}" for number in range(4)]


@contextmanager
def unlocked(path: Path) -> Iterator[None]:
    """Where the folder's lock does not reach: on another machine."""
    yield


def grader(root: Path, bundle: Bundle, url: str, alone: bool, start: Barrier, number: int) -> None:
    """Open the gradebook, grade everybody and merge, all graders at the same moments."""
    if alone:
        gradebook.locked = unlocked
    import nbgrader.api  # noqa: F401  it takes seconds, and they are to meet

    course = Course(root, bundle)
    if url:
        course.place = gradebook.Place(url, course.place.course, course.place.autograded)
    start.wait(60)
    with course.opened() as book:
        start.wait(60)
        for turn in range(2):
            for student in STUDENTS[number:] + STUDENTS[:number]:
                course.attempt(student, f"{number}, {turn}", 2, 1, turn % 2, number % 2)
                book.merge(bundle, student)
            book.merge_all(bundle)


def grade_at_once(course: Course, *, alone: bool) -> None:
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(GRADERS)
    url = "" if course.place.url.startswith("sqlite") else course.place.url
    fixed = (course.root, course.bundle, url, alone, start)
    graders = [context.Process(target=grader, args=(*fixed, n)) for n in range(GRADERS)]
    for one in graders:
        one.start()
    for one in graders:
        one.join(120)
    assert [one.exitcode for one in graders] == [0] * GRADERS


@pytest.mark.parametrize(
    ("kind", "alone"),
    [
        ("on_sqlite", False),
        pytest.param("on_postgres", False, marks=needs_postgres),
        pytest.param("on_postgres", True, marks=needs_postgres),
    ],
)
def test_no_row_is_lost_and_none_is_doubled(request, kind, alone):
    course = request.getfixturevalue(kind)
    course.forget()
    grade_at_once(course, alone=alone)
    rows = course.rows()
    tests, solutions, students = 4, 2, len(STUDENTS)
    assert {name: len(found) for name, found in rows.items()} == {
        "alembic_version": 1,
        "assignment": 1,
        "base_cell": tests + solutions,
        "comment": students * solutions,
        "course": 1,
        "grade": students * tests,
        "grade_cells": tests,
        "notebook": 1,
        "solution_cells": solutions,
        "source_cell": tests + solutions,
        "student": students,
        "submitted_assignment": students,
        "submitted_notebook": students,
        "task_cells": 0,
    }
    newest = {name: course.store.newest(STEP, name).result.points for name in STUDENTS}
    assert course.counting() == newest  # no older attempt was written over a newer one
    assert course.merge_all() == 0


@needs_postgres
def test_who_waits_too_long_for_the_other_is_told(on_postgres, monkeypatch):
    on_postgres.attempt("ada", "a", 2, 1, 1, 1)
    monkeypatch.setattr(database, "PATIENCE", 1)
    with on_postgres.opened() as book, on_postgres.opened() as other:
        with other._database.alone():
            with pytest.raises(UserError, match="has held nbgrader's gradebook for 1 seconds"):
                book.merge_all(on_postgres.bundle)
            with pytest.raises(UserError, match="has held nbgrader's gradebook for 1 seconds"):
                on_postgres.opened()
            assert book.scores(STEP) == {}  # reading waits for nobody
        assert book.merge_all(on_postgres.bundle) == 1


@needs_postgres
def test_a_grader_that_is_killed_holds_nobody_up(on_postgres):
    on_postgres.opened().close()
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    args = (on_postgres.root, on_postgres.bundle, on_postgres.place.url, held)
    one = context.Process(target=hold, args=args)
    one.start()
    assert held.wait(60)
    one.kill()
    one.join()
    on_postgres.attempt("ada", "a", 2, 1, 1, 1)
    assert on_postgres.merge_all() == 1


def hold(root: Path, bundle: Bundle, url: str, held) -> None:
    """Take the gradebook and never let it go."""
    course = Course(root, bundle)
    course.place = gradebook.Place(url, course.place.course, course.place.autograded)
    with course.opened() as book, book._database.alone():
        held.set()
        multiprocessing.Event().wait()
