"""nbgrader's gradebook: what its own tools read there, and what no merge may change."""

import dataclasses
import warnings
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempt
from tests.grading.classroom.gradebook.conftest import Course
from tests.grading.conftest import STEP
from tests.postgres import needs_postgres


def test_scores_stand_where_nbgraders_own_tools_read_them(course, tmp_path):
    course.attempt("ada", "a", 2, 1, 1, 1, timestamp="2026-11-22 12:00:00 UTC")
    submitted = course.root / "gradebook" / "submitted" / "ada" / STEP
    submitted.mkdir(parents=True)
    (submitted / "timestamp.txt").write_text("2026-11-22 12:00:00 UTC")
    course.attempt("Zoë M", "z", 2, 0, 0, 1)
    assert course.merge("ada", "Zoë M", "nobody") == [True, True, False]
    assert course.automatic("Zoë M") == {
        "double-visible": (2, False),
        "double-hidden": (0, False),
        "first-visible": (0, False),
        "first-hidden": (1, False),
    }
    export, shown = nbgraders_view(course, tmp_path / "grades.csv")
    header, *rows = [line.split(",") for line in export.splitlines()]
    exported = [dict(zip(header, row, strict=True)) for row in rows]
    assert {(row["student_id"], row["score"], row["max_score"]) for row in exported} == {
        ("ada", "5.0", "5.0"),
        ("Zoë M", "3.0", "5.0"),
    }
    for one in shown.values():
        assert one["autograded"]
        assert one["max_score"] == 5
    assert shown["ada"]["score"] == 5
    assert shown["ada"]["timestamp"].startswith("2026-11-22T12:00:00")


def nbgraders_view(course: Course, to: Path) -> tuple[str, dict[str, dict]]:
    """What `nbgrader export` writes, and formgrader's table of submissions."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.plugins.export import CsvExportPlugin
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = course.place.url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with course.theirs() as book:
            CsvExportPlugin(to=str(to)).export(book)
        shown = {one["student"]: one for one in NbGraderAPI(config=config).get_submissions(STEP)}
    return to.read_text(), shown


def test_merging_again_changes_nothing(course):
    course.attempt("ada", "a", 2, 1, 1, 0)
    course.attempt("bob", "b", 0, 0, 0, 0)
    assert course.merge_all() == 2
    before = course.rows()
    assert course.merge("ada", "bob") == [False, False]
    assert course.merge_all() == 0
    assert course.rows() == before


def test_a_newer_attempt_takes_the_place_of_an_older_one_and_never_the_other_way(course):
    older = course.attempt("ada", "a", 2, 1, 1, 1)
    course.merge("ada")
    course.attempt("ada", "b", 2, 0, 0, 0)
    assert course.merge("ada") == [True]
    newer = course.automatic("ada")
    assert newer["double-hidden"] == (0, False)
    # Another result of the older attempt is of the older attempt still.
    (older.folder / "result-2.json").write_text((older.folder / "result.json").read_text())
    assert course.merge("ada") == [False]
    assert course.automatic("ada") == newer


def test_what_a_person_gave_is_never_touched(course):
    course.attempt("ada", "a", 2, 0, 0, 0)
    course.merge("ada")
    course.by_hand("ada", "double-hidden", 0.5)
    before = course.rows()
    assert course.merge("ada") == [False]
    assert course.rows() == before
    course.attempt("ada", "b", 2, 1, 1, 1)
    course.merge("ada")
    with course.theirs() as book:
        grade = book.find_grade("double-hidden", STEP, STEP, "ada")
        assert (grade.manual_score, grade.score, grade.auto_score) == (0.5, 0.5, 1)
        assert grade.needs_manual_grade  # somebody should look at it again


def test_not_graded_is_not_zero(course):
    course.attempt("ada", "a", refused="It is no notebook.")
    course.merge("ada")
    assert set(course.automatic("ada").values()) == {(None, True)}
    assert course.merge_all() == 0
    course.attempt("ada", "b", 2, 1, 1, 1)
    course.merge("ada")
    assert course.automatic("ada")["double-visible"] == (2, False)
    course.attempt("ada", "c", refused="It is no notebook.")
    course.merge("ada")  # the newest counts: no older score is shown for it
    assert set(course.automatic("ada").values()) == {(None, True)}


def test_a_persons_score_and_extra_credit_count_as_nbgrader_adds_them(course):
    for student in ("ada", "bob", "eve"):
        course.attempt(student, "a", 2, 1, 0, 0)
    course.attempt("zoe", "b", refused="It is no notebook.")
    course.merge_all()
    assert course.counting() == {"ada": 3, "bob": 3, "eve": 3, "zoe": None}
    course.by_hand("ada", "first-hidden", 0.5)  # where the automatic score is 0
    course.by_hand("bob", "double-visible", 0, extra=0.25)  # where it is 2
    course.by_hand("eve", "first-visible", None, extra=1)
    assert course.counting() == {"ada": 3.5, "bob": 1.25, "eve": 4, "zoe": None}
    with course.theirs() as book:
        for student, score in (("ada", 3.5), ("bob", 1.25), ("eve", 4), ("zoe", 0)):
            assert book.find_submission(STEP, student).score == score
    with course.opened() as book:
        assert book.scores("2-other") == {}


def test_a_person_grades_what_could_not_be_graded_test_by_test(course):
    course.attempt("ada", "a", refused="It is no notebook.")
    course.merge_all()
    tests = list(course.automatic("ada"))
    for test in tests[:-1]:
        course.by_hand("ada", test, 1)
        assert course.counting() == {"ada": None}
    course.by_hand("ada", tests[-1], 0)
    assert course.counting() == {"ada": 3}


def test_a_submission_without_a_single_grade_is_not_graded(course):
    for student in ("ada", "bob"):
        course.attempt(student, "a", 2, 1, 1, 1)
    course.merge_all()
    with course.theirs() as book:
        book.add_student("eve")  # in the course, and handed in nothing
        for grade in list(book.find_submission_notebook(STEP, STEP, "ada").grades):
            book.db.delete(grade)
        book.db.commit()
    assert course.counting() == {"ada": None, "bob": 5}


def test_sqlite_takes_any_name(on_sqlite):
    long = "z" * 129  # nbgrader's tables say 128, and SQLite does not mind
    on_sqlite.attempt(long, "a", 2, 1, 1, 1)
    assert on_sqlite.merge_all() == 1
    assert on_sqlite.counting() == {long: 5}


@needs_postgres
def test_on_postgresql_a_name_that_is_too_long_stops_nobody_else(on_postgres):
    for student in ("ada", "m" * 129, "zoe"):
        on_postgres.attempt(student, "a", 2, 1, 1, 1)
    with pytest.raises(UserError, match="longer than 128 characters"):
        on_postgres.merge_all()
    assert on_postgres.counting() == {"ada": 5, "zoe": 5}


def test_it_can_be_made_again_from_the_attempts(course):
    course.attempt("ada", "a", 2, 1, 1, 0)
    course.attempt("../bob", "b", 0, 1, 0, 0)  # no path for formgrader, a grade all the same
    course.merge_all()
    before = {name: course.automatic(name) for name in ("ada", "../bob")}
    course.forget()
    pages = course.root / "gradebook" / "autograded"
    page = pages / "ada" / STEP / f"{STEP}.ipynb"
    shown = page.read_bytes()
    page.unlink()
    assert course.merge_all() == 2
    assert {name: course.automatic(name) for name in ("ada", "../bob")} == before
    assert page.read_bytes() == shown
    assert [path.name for path in pages.iterdir()] == ["ada"]
    page.write_text("{}")
    assert course.merge_all() == 1
    assert page.read_bytes() == shown


def test_a_submission_without_scores_which_a_killed_grader_leaves_is_completed(course):
    course.attempt("ada", "a", 2, 1, 1, 0)
    course.attempt("bob", "b", 2, 1, 1, 0)
    course.merge("bob")
    with warnings.catch_warnings(), course.theirs() as book:
        warnings.simplefilter("ignore")
        book.add_student("ada")
        book.add_submission(STEP, "ada")
    assert course.merge_all() == 1
    assert course.automatic("ada") == course.automatic("bob")


def test_tests_that_come_and_go_with_a_new_bundle(course):
    course.attempt("ada", "a", 2, 1, 1, 1)
    course.merge("ada")
    first, second = course.bundle.tasks
    more = dataclasses.replace(second, visible=4, points=5)
    more = dataclasses.replace(more, cells=dataclasses.replace(more.cells, hidden="first-new"))
    order = tuple(name.replace("first-hidden", "first-new") for name in course.bundle.order)
    course.bundle = dataclasses.replace(
        course.bundle,
        tasks=(first, more),
        order=order,
        tests={**course.bundle.tests, "first-new": "assert True"},
        released={**course.bundle.released, "first-new": ""},
    )
    course.attempt("ada", "a", 2, 1, 4, 1)
    assert course.merge("ada") == [True]
    assert set(course.automatic("ada")) == {
        *("double-visible", "double-hidden", "first-visible", "first-new")
    }
    assert course.automatic("ada")["first-visible"] == (4, False)
    with course.theirs() as book:
        assert book.find_assignment(STEP).max_score == 8
        assert book.find_submission(STEP, "ada").score == 8


def test_a_test_with_a_persons_score_is_not_dropped(course):
    course.attempt("ada", "a", 2, 1, 1, 1)
    course.merge("ada")
    course.by_hand("ada", "first-hidden", 0.5)
    before = course.rows()
    course.bundle = dataclasses.replace(
        course.bundle, tasks=course.bundle.tasks[:1], order=course.bundle.order[:3]
    )
    course.attempt("ada", "a", 2, 1)
    with pytest.raises(UserError, match="no longer has the test 'first-hidden'"):
        course.merge("ada")
    assert course.rows() == before


def test_a_broken_database_is_an_error_and_the_attempt_is_kept(course):
    attempt = course.attempt("ada", "a", 2, 1, 1, 1)
    with course.opened() as book:
        course.run("drop table grade")
        with pytest.raises(UserError, match="can't be written"):
            book.merge(course.bundle, "ada")
    assert course.store.newest(STEP, "ada") == attempt


def test_the_newest_attempt_is_what_formgrader_shows(course):
    course.attempt("ada", "first file", 2, 1, 1, 1)
    course.merge("ada")
    newer: Attempt = course.attempt("ada", "second file", 2, 1, 1, 1)
    assert course.merge("ada") == [True]  # the same scores, and another notebook
    page = course.root / "gradebook" / "autograded" / "ada" / STEP / f"{STEP}.ipynb"
    assert page.read_bytes() == newer.notebook.read_bytes()
    assert "second file" in page.read_text()


def test_a_score_for_an_older_file_is_marked_until_it_is_given_again(course):
    for student in ("ada", "bob", "eve"):
        course.attempt(student, "a", 2, 0, 0, 0)
    course.merge_all()
    course.by_hand("ada", "double-hidden", 0.5)
    course.by_hand("bob", "double-hidden", None, extra=1)
    before = course.given_by_hand()
    assert {name: (one.scores, one.is_older) for name, one in before.items()} == {
        "ada": (True, False),
        "bob": (True, False),
    }
    for student in ("ada", "bob", "eve"):  # another test has changed, this one has not
        course.attempt(student, "b", 2, 0, 1, 0)
    course.merge_all()
    after = course.given_by_hand()
    assert {name: one.is_older for name, one in after.items()} == {"ada": True, "bob": True}
    assert course.counting() == {"ada": 3.5, "bob": 4, "eve": 3}
    course.by_hand("ada", "double-hidden", 1)
    course.by_hand("bob", "double-hidden", None, extra=0)
    course.merge_all()
    assert {name: one.is_older for name, one in course.given_by_hand().items()} == {"ada": False}


def test_comments_of_people_are_read(course):
    course.attempt("ada", "a", 2, 0, 0, 0)
    course.merge_all()
    assert course.given_by_hand() == {}
    with course.theirs() as book:
        for cell, text in (("first", "See <b>me</b>."), ("double", "  ")):
            book.find_comment(cell, STEP, STEP, "ada").manual_comment = text
        book.db.commit()
    (one,) = course.given_by_hand().values()
    assert (one.scores, one.comments) == (False, (("first", "See <b>me</b>."),))
