"""Moodle's worksheet comes back with grades and a line for each learner."""

import csv
import io
from dataclasses import replace

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lateness import Late
from llmcourse.grading.classroom.lms.moodle import fill_moodle
from tests.grading.classroom.lms.conftest import people

WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 501","Ada Lovelace",ada@example.org,"Submitted for grading - ",,100.00,Yes,\
"Sunday, 22 November 2026, 2:00 PM",-,
"Participant 502","George Byron",george@example.org,"No submission - ",,100.00,Yes,-,-,
"Participant 503","Grace Hopper",grace@example.org,"Submitted for grading - ",40.00,100.00,Yes,\
-,-,"<p>Well done!</p>"
"Participant 504","Alan Turing",alan@example.org,"Submitted for grading - ",,100.00,No,-,-,
"""

CLASS = people(
    ("ada@example.org", "Ada Lovelace", "moodle", "501", 4.0),
    ("george", "George Byron", "moodle", "502", None),
    ("grace", "Grace Hopper", "moodle", "", 2.5),
    ("alan", "", "moodle", "999", 1.0),
)


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_grades_are_scaled_and_each_learner_reads_a_line(sheet, bundle):
    filled = fill_moodle(sheet(WORKSHEET), CLASS, bundle)
    table = rows(filled.content)
    assert [row[4] for row in table] == ["Grade", "80", "", "50", ""]
    line = "llmcourse: 4 of 5 points. Details are on the feedback page."
    assert [row[9] for row in table[1:]] == [line, "", "<p>Well done!</p>", ""]
    assert filled.left == ("alan: the grade is locked in Moodle, 20 here",)
    assert (filled.students, filled.worth, filled.unknown, filled.missing) == (2, 100, (), ())
    untouched = [[*row[:4], *row[5:9]] for row in table]
    assert untouched == [[*row[:4], *row[5:9]] for row in rows(WORKSHEET.encode())]


def test_the_second_run_replaces_its_own_line_only(sheet, bundle):
    once = fill_moodle(sheet(WORKSHEET), CLASS, bundle).content.decode()
    late = [replace(CLASS[0], taken_off=0.5, late=Late(1, "time")), *CLASS[1:]]
    table = rows(fill_moodle(sheet(once), late, bundle).content)
    assert table[1][4] == "70"
    assert table[1][9].startswith("llmcourse: 4 of 5 points, less 0.5 for 1 day late.")
    assert table[3][9] == "<p>Well done!</p>"


def test_a_decimal_comma_is_kept(sheet, bundle):
    text = WORKSHEET.replace("100.00", '"10,00"').replace("40.00", '"4,00"')
    table = rows(fill_moodle(sheet(text), CLASS, bundle).content)
    assert [row[4] for row in table[1:]] == ["8", "", "5", ""]
    odd = [replace(CLASS[0], points=4.25)]
    assert rows(fill_moodle(sheet(text), odd, bundle).content)[1][4] == "8,5"


def test_more_than_moodle_takes_is_named_and_not_written(sheet, bundle):
    filled = fill_moodle(sheet(WORKSHEET), [replace(CLASS[0], points=5.5)], bundle)
    assert filled.left == ("ada@example.org: 110 is more than Moodle's 100",)
    assert rows(filled.content)[1][4] == ""


def test_a_worksheet_of_another_language(sheet, bundle):
    text = (
        "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Zuletzt geändert\n"
        'Teilnehmer/in501,Ada Lovelace,ada@example.org,-,,"5,00",-\n'
    )
    filled = fill_moodle(sheet(text), CLASS, bundle, "Bewertung")
    assert rows(filled.content)[1] == [
        *("Teilnehmer/in501", "Ada Lovelace", "ada@example.org", "-", "4", "5,00", "-")
    ]
    given = sheet(text)
    with pytest.raises(UserError, match=r"has no column 'Grade'.+'Bewertung'"):
        fill_moodle(given, CLASS, bundle)


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("Student,ID,Section,x\nAda,11,1,\n", None, "is no grading worksheet"),
        ("Identifier,Full name,Grade,Maximum Grade\n", None, "is no grading worksheet"),
        (WORKSHEET, "Points", "has no column 'Points'"),
        (WORKSHEET, "Feedback comments", "has no column 'Feedback comments' with the maximum"),
        (WORKSHEET.replace("100.00", "good"), None, "doesn't say what the assignment is worth"),
        (WORKSHEET.replace("100.00", "50.00", 1), None, "doesn't say what the assignment is worth"),
        (WORKSHEET.replace("example.org", "other.org").replace("50", "70"), None, None),
    ],
)
def test_what_cannot_be_filled_in_is_one_clear_error(sheet, bundle, text, column, message):
    given = sheet(text)
    known = CLASS if message else people(("zoe", "Zoë", "moodle", "1", 1.0))
    with pytest.raises(UserError, match=message or "names none of the students"):
        fill_moodle(given, known, bundle, column)
