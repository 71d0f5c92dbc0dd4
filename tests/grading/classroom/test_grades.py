"""Where everybody stands: the points that count, late days, and why some have none."""

from datetime import UTC, datetime

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempts
from llmcourse.grading.classroom.gradebook import Gradebook, configured
from llmcourse.grading.classroom.grades import (
    NOT_YET,
    OLDER_RESULT,
    OLDER_SCORE,
    OLDER_TESTS,
    standings,
)
from llmcourse.grading.classroom.lateness import Policy, read_due
from llmcourse.grading.classroom.standing import NEWER_FILE, NOTHING, dated
from llmcourse.grading.classroom.submissions import NOBODYS
from tests.grading.classroom.graded_class import ALL, GradedClass, released_set
from tests.grading.conftest import STEP


@pytest.fixture
def course(root) -> GradedClass:
    return GradedClass(root, released_set())


def stand(course: GradedClass, policy: Policy | None = None) -> dict:
    """What `llmcourse grades` knows of everybody, where no platform's times are given."""
    found = dated(standings(course.root, course.bundle), course.bundle, policy)
    return {one.student: one for one in found}


def test_everybody_is_in_the_list_with_points_or_the_reason(course):
    course.add("ada", *ALL)
    course.add("empty", 0, 0, 0, 0)
    course.add("eve", refused="The file is no notebook.")
    course.hand_in("zed")
    (course.gradebook / "submitted" / "kim").mkdir()
    (course.gradebook / "submitted" / "loose.ipynb").write_text("{}")
    (course.gradebook / "roster.csv").write_text("student,name\nada,Ada Lovelace\nbob,Bob\n")
    found = stand(course)
    assert list(found) == ["ada", "bob", "empty", "eve", "kim", "loose.ipynb", "zed"]
    assert {name: one.points for name, one in found.items()} == {
        **{"ada": 5, "empty": 0},
        **dict.fromkeys(["bob", "eve", "kim", "loose.ipynb", "zed"]),
    }
    assert {name: one.why for name, one in found.items() if one.points is None} == {
        "bob": NOTHING,
        "eve": "The file is no notebook.",
        "kim": NOTHING,
        "loose.ipynb": NOBODYS,
        "zed": NOT_YET,
    }
    assert found["ada"].name == "Ada Lovelace"


def test_the_newest_attempt_counts_and_an_older_score_never(course):
    course.add("ada", *ALL)
    course.add("ada", 2, 0, 0, 0)
    course.add("bob", *ALL)
    course.add("bob", refused="The file is empty.")
    found = stand(course)
    assert found["ada"].points == 2
    assert found["bob"].points is None


def test_a_score_that_a_person_changed_counts(course):
    course.add("ada", *ALL)
    course.add("eve", refused="The file is no notebook.")
    assert stand(course)["ada"].points == 5
    with Gradebook(configured(course.root), Attempts(course.gradebook)) as book:
        db = book._database.book
        ada = db.find_grade("double-visible", STEP, STEP, "ada")
        ada.manual_score, ada.extra_credit = 0.5, 1.0
        for grade in db.find_submission_notebook(STEP, STEP, "eve").grades:
            grade.manual_score = 1.0
        db.db.commit()
    found = stand(course)
    assert found["ada"].points == 4.5
    assert (found["eve"].points, found["eve"].why) == (4, "")


def by_hand(course: GradedClass, student: str, score: float) -> None:
    """As formgrader writes it."""
    with Gradebook(configured(course.root), Attempts(course.gradebook)) as book:
        db = book._database.book
        grade = db.find_grade("double-hidden", STEP, STEP, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        db.db.commit()


def test_a_score_by_hand_for_an_older_file_counts_and_is_said(course):
    course.add("ada", 2, 0, 0, 0)
    course.add("bob", 2, 0, 0, 0)
    stand(course)
    by_hand(course, "ada", 0.5)
    by_hand(course, "bob", 0.5)
    assert [one.notes for one in stand(course).values()] == [(), ()]
    course.add("ada", *ALL)
    course.add("bob", 2, 0, 1, 0)  # the test that has the score gives the same as before
    found = stand(course)
    assert [(one.points, one.notes) for one in found.values()] == [
        (4.5, (OLDER_SCORE,)),
        (3.5, (OLDER_SCORE,)),
    ]
    by_hand(course, "ada", 1)
    assert [one.notes for one in stand(course).values()] == [(), (OLDER_SCORE,)]


def test_a_score_by_hand_from_before_grading_again_is_said(course):
    course.add("ada", 2, 0, 0, 0, notebook=b"{}")
    stand(course)
    by_hand(course, "ada", 0.5)
    older = course.bundle
    course.bundle = type(older)(**{**vars(older), "title": "Tiny, again"})
    course.add("ada", *ALL, notebook=b"{}")
    assert stand(course)["ada"].notes == (OLDER_RESULT,)


def test_what_the_gradebook_lacks_is_merged_first(course):
    course.add("ada", 2, 0, 0, 0)
    assert stand(course)["ada"].points == 2
    course.add("ada", *ALL)
    assert stand(course)["ada"].points == 5


def test_late_days_by_the_time_of_the_attempt_that_counts(course):
    policy = Policy(read_due("2026-11-22T12:00Z"), per_day=10.0)
    course.add("early", *ALL, timestamp="2026-11-22 11:00:00 UTC")
    course.add("late", *ALL, timestamp="2026-11-23 13:00:00 UTC")
    course.add("again", 0, 0, 0, 0, timestamp="2026-11-22 11:00:00 UTC")
    course.add("again", *ALL, timestamp="2026-11-22 12:00:01 UTC")
    course.add("unknown", *ALL)
    course.add("platform", *ALL, late=False)
    course.add("nothing", 0, 0, 0, 0, timestamp="2027-11-23 13:00:00 UTC")
    found = stand(course, policy)
    assert {name: one.late.days for name, one in found.items()} == {
        **{"early": 0, "late": 2, "again": 1, "unknown": None, "platform": 0, "nothing": 367}
    }
    assert {name: one.counts for name, one in found.items()} == {
        **{"early": 5, "late": 4, "again": 4.5, "unknown": 5, "platform": 5, "nothing": 0}
    }


def test_whose_word_counts_for_the_time(course):
    git, sheet, person = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (23, 24, 25)]
    for student in ("sheet", "person"):
        course.add(student, *ALL, late=True)
    course.add("git", *ALL, timestamp="2026-11-23 12:00:00 UTC")
    course.add("newer", *ALL)
    course.hand_in("newer", b"newer")
    students = ("sheet", "person", "git", "newer", "nobody")
    policy = Policy(read_due("2026-11-22T12:00Z"), per_day=10.0)
    found = dated(
        standings(course.root, course.bundle),
        course.bundle,
        policy,
        told=dict.fromkeys(students, sheet),
        by_person={"person": person},
    )
    assert {one.student: (one.handed_in, one.late.days, one.counts) for one in found} == {
        "git": (git, 1, 4.5),
        "newer": (None, None, 5),  # the worksheet's time is that of the newer file
        "person": (person, 3, 3.5),
        "sheet": (sheet, 2, 4),
    }


def test_what_is_said_of_another_file_is_not_said_of_this_one(course):
    course.add("ada", *ALL)
    course.hand_in("ada", b"newer", timestamp="2026-11-29 12:00:00 UTC", late=False)
    one = stand(course, Policy(read_due("2026-11-22T12:00Z")))["ada"]
    assert (one.late.days, one.handed_in) == (None, None)
    assert one.notes == (NEWER_FILE,)


def test_a_result_by_older_tests_is_said(course):
    course.add("ada", *ALL)
    older = course.bundle
    course.bundle = type(older)(**{**vars(older), "title": "Tiny, again"})
    assert stand(course)["ada"].notes == (OLDER_TESTS,)


def test_ids_of_this_set_count_before_those_of_the_roster(course):
    course.add("ada", *ALL, source="moodle", user="777", name="Ada L.")
    (course.gradebook / "roster.csv").write_text(
        "student,email,moodle,canvas\nada,ada@example.org,555,12\n"
    )
    one = stand(course)["ada"]
    assert one.ids == {"moodle": "777", "canvas": "12"}
    assert (one.name, one.email) == ("Ada L.", "ada@example.org")


@pytest.mark.parametrize("text", ["", "[]", '{"user": 7, "late": "no"}', "\xff", "[" * 10**5])
def test_a_damaged_origin_is_no_origin(course, text):
    course.add("ada", *ALL)
    path = course.gradebook / "submitted" / "ada" / STEP / "origin.json"
    path.write_text(text, encoding="latin-1")
    assert stand(course)["ada"].points == 5


def test_an_origin_that_is_a_link_is_not_followed(course, tmp_path):
    course.add("ada", *ALL)
    secret = tmp_path / "secret.json"
    secret.write_text('{"name": "secret"}')
    path = course.gradebook / "submitted" / "ada" / STEP / "origin.json"
    path.unlink()
    path.symlink_to(secret)
    assert stand(course)["ada"].name == ""


def test_nobody_graded_is_one_clear_error(course):
    course.hand_in("ada")
    with pytest.raises(UserError, match="Nobody has a grade in 1-tiny yet"):
        standings(course.root, course.bundle)
