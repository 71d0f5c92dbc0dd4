"""A server that goes away: grading goes on, and the next command merges what is missing."""

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.grade import grade_class
from llmcourse.grading.classroom.gradebook import Gradebook
from llmcourse.grading.classroom.submissions import find
from tests.grading.classroom.gradebook.conftest import Course
from tests.grading.classroom.stand_in import grade_one as stand_in
from tests.grading.conftest import STEP, Learner
from tests.postgres import needs_postgres, server


@pytest.fixture
def away():
    with server() as one:
        yield one


@needs_postgres
def test_a_server_that_stops_in_the_middle_of_a_class_stops_no_grading(
    on_sqlite, away, released_bytes, capfd
):
    course = Course(on_sqlite.root, on_sqlite.bundle, away.database())
    submitted = course.root / "gradebook" / "submitted"
    students = [f"student {number}" for number in range(6)]
    for student in students:
        folder = submitted / student / STEP
        folder.mkdir(parents=True)
        Learner(folder / f"{STEP}.ipynb", released_bytes).add("# points=all")

    def watch(done, of, outcome):
        if done == 2:
            away.stop()

    def grade(book: Gradebook, **options):
        options |= {"gradebook": book, "grader": stand_in, "jobs": 1}
        return grade_class(find(submitted, STEP), course.bundle, course.store, **options)

    with course.opened() as book:
        with pytest.raises(UserError, match="gradebook can't be written") as raised:
            grade(book, on_progress=watch)
        assert "same command again" in str(raised.value)
        with pytest.raises(UserError, match="can't be read"):
            book.scores(STEP)
    assert all(course.store.newest(STEP, student) for student in students)
    with pytest.raises(UserError, match="can't be opened"):
        course.opened()
    assert capfd.readouterr() == ("", "")
    away.start()
    assert 0 < len(course.counting()) < 6
    with course.opened() as book:
        outcomes = grade(book)
        assert not any(outcome.is_new for outcome in outcomes)
        assert book.scores(STEP) == dict.fromkeys(students, 5)


@needs_postgres
def test_a_server_that_was_away_between_two_merges_is_not_missed(on_sqlite, away):
    course = Course(on_sqlite.root, on_sqlite.bundle, away.database())
    course.attempt("ada", "a", 2, 1, 1, 1)
    with course.opened() as book:
        assert book.merge_all(course.bundle) == 1
        away.stop()
        away.start()
        course.attempt("ada", "b", 2, 1, 0, 0)
        assert book.merge(course.bundle, "ada")  # no connection of before is in its way
        assert book.scores(STEP) == {"ada": 3}
