"""Senders, with a roster and without."""

import pytest

from llmcourse.grading.classroom.collecting.entries import Unusable
from llmcourse.grading.classroom.collecting.whose import student_of
from llmcourse.grading.classroom.roster import Member, Roster

ROSTER = Roster(
    (
        Member("ada", "Ada King Lovelace", "ada@example.org", {"canvas": "12345"}),
        Member("bob", "Bob Müller", "bob@example.org", {"moodle": "7", "github": "bobby"}),
        Member("bob2", "Bob Müller", "bob2@example.org", {}),
        Member("zoe", "Zoë Weiß", "zoe@example.org", {}),
    )
)


@pytest.mark.parametrize(
    ("source", "user", "name", "student"),
    [
        ("canvas", "12345", "lovelaceada", "lovelaceada-12345"),
        ("canvas", "12346", "lovelaceada", "lovelaceada-12346"),
        ("moodle", "7", "Ada Lovelace", "Ada Lovelace-7"),
        ("exchange", "ada", "ada", "ada"),
        ("git", "countess", "ada", "ada"),
        ("folder", "", "Zoë", "Zoë"),
    ],
)
def test_without_a_roster_the_name_tells_apart(source, user, name, student):
    assert student_of(source, user, name, None) == student


@pytest.mark.parametrize(
    ("source", "user", "name", "student"),
    [
        ("canvas", "12345", "whatever", "ada"),
        ("canvas", "99", "weißzoë", "zoe"),
        ("moodle", "7", "Bob Müller", "bob"),
        ("moodle", "1234", "Zoë Weiß", "zoe"),
        ("exchange", "bob2", "bob2", "bob2"),
        ("folder", "", "zoe@example.org", "zoe"),
        ("git", "bobby", "a clone", "bob"),
        ("git", "", "bobby", "bob"),
    ],
)
def test_a_member_is_known_by_id_or_by_a_name_of_their_own(source, user, name, student):
    assert student_of(source, user, name, ROSTER) == student


@pytest.mark.parametrize(
    ("source", "user", "name", "message"),
    [
        ("canvas", "99", "lovelaceadaking", r"has no 'lovelaceadaking' \(canvas 99\)"),
        ("canvas", "99", "müllerbob", "more than one 'müllerbob': 'bob' and 'bob2'"),
        ("moodle", "8", "Bob Müller", "more than one 'Bob Müller': 'bob' and 'bob2'"),
        ("folder", "", "eve", "has no 'eve'"),
    ],
)
def test_nobody_is_guessed(source, user, name, message):
    with pytest.raises(Unusable, match=message):
        student_of(source, user, name, ROSTER)


@pytest.mark.parametrize("name", ["..", ".git", "__MACOSX", "a\nb", "é" * 101])
def test_a_name_that_no_folder_can_have_is_refused(name):
    with pytest.raises(Unusable, match="can't be a student's folder"):
        student_of("folder", "", name, None)
