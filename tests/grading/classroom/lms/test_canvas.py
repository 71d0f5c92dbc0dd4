"""Canvas' export comes back with one column filled in, and all else as it was."""

import csv
import io
from dataclasses import replace

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.lms.canvas import fill_canvas, new_canvas
from tests.grading.classroom.lms.conftest import people

EXPORT = """\
\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,1-tiny (991),2-other (992),\
Current Score,Final Score
,,,,,Manual Posting,,,
    Points Possible,,,,,5.00,10.00,(read only),(read only)
"Lovelace, Ada",11,U1,ada@example.org,"Section 1, Mon",,7.00,70.00,35.00
"Byron, George",12,U2,george,Section 2,3.00,,,
"O""Neil, M.",13,U3,oneil,Section 2,EX,,,
"Hopper, Grace",14,U4,grace,Section 2,,,,
"Student, Test",99,,abc,Section 2,,,,
"""

CLASS = people(
    ("lovelaceada-11", "lovelaceada", "canvas", "11", 4.5),
    ("byrongeorge-12", "byrongeorge", "canvas", "12", None),
    ("oneilm-13", "oneilm", "canvas", "13", 2.0),
    ("hoppergrace-14", "hoppergrace", "canvas", "14", 5.0),
)


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_only_the_cells_of_the_assignment_change(sheet, bundle):
    filled = fill_canvas(sheet(EXPORT), CLASS, bundle)
    expected = EXPORT.replace('Mon",,7.00', 'Mon",4.5,7.00').replace(
        "grace,Section 2,,", "grace,Section 2,5,"
    )
    assert filled.content.decode() == expected
    assert (filled.students, filled.worth) == (2, 5.0)
    assert filled.unknown == filled.missing == ()
    assert [line.partition(":")[0] for line in filled.left] == ["byrongeorge-12", "oneilm-13"]
    assert "handed in nothing" in filled.left[0]
    assert "EX stands there, 2 points here" in filled.left[1]


@pytest.mark.parametrize("kept", ["EX", "ex", "N/A"])
def test_who_is_excused_or_not_asked_keeps_that(sheet, bundle, kept):
    text = EXPORT.replace(",EX,", f",{kept},")
    filled = fill_canvas(sheet(text), CLASS, bundle)
    assert rows(filled.content)[5][5] == kept
    assert f"{kept} stands there" in filled.left[1]


def test_what_is_unknown_on_either_side_is_named_and_the_rest_written(sheet, bundle):
    known = [one for one in CLASS if one.student != "hoppergrace-14"]
    extra = people(("turing-77", "Turing, Alan", "canvas", "77", 1.0))
    filled = fill_canvas(sheet(EXPORT), known + extra, bundle)
    assert filled.unknown == ("Hopper, Grace",)
    assert filled.missing == ("turing-77",)
    assert rows(filled.content)[3][5] == "4.5"


def test_without_an_id_a_login_or_a_name_of_one_person_tells(sheet, bundle):
    known = people(
        ("george", "", "canvas", "", 1.0),  # by the login
        ("x", "Grace Hopper", "canvas", "", 2.0),  # by the name
        ("ada", "", "canvas", "", 3.0),  # by the address
    )
    filled = fill_canvas(sheet(EXPORT), known, bundle)
    assert [row[5] for row in rows(filled.content)[3:]] == ["3", "1", "EX", "2", ""]


def test_two_of_one_name_are_not_guessed(sheet, bundle):
    twins = people(
        ("a", "Grace Hopper", "canvas", "", 1.0),
        ("b", "Grace Hopper", "canvas", "", 2.0),
        ("c", "", "canvas", "11", 3.0),
    )
    filled = fill_canvas(sheet(EXPORT), twins, bundle)
    assert "Hopper, Grace" in filled.unknown
    assert filled.missing == ("a", "b")


def test_one_student_has_one_row(sheet, bundle):
    twice = EXPORT + '"Lovelace, Ada",,U1,ada@example.org,"Section 2",,,,\n'
    text = twice.replace('"Lovelace, Ada",,', '"Lovelace, Ada",111,')
    known = people(("ada", "", "canvas", "", 1.0))
    filled = fill_canvas(sheet(text), known, bundle)
    assert [row[5] for row in rows(filled.content)[3:]] == ["1", "3.00", "EX", "", "", ""]
    assert filled.unknown.count("Lovelace, Ada") == 1


def test_a_name_with_another_id_is_another_person(sheet, bundle):
    known = people(("a", "Grace Hopper", "canvas", "1414", 1.0), ("c", "", "canvas", "11", 3.0))
    filled = fill_canvas(sheet(EXPORT), known, bundle)
    assert "Hopper, Grace" in filled.unknown
    assert filled.missing == ("a",)


def test_another_worth_scales_the_points(sheet, bundle):
    filled = fill_canvas(sheet(EXPORT), CLASS, bundle, "2-other")
    assert filled.worth == 10
    assert rows(filled.content)[3][6] == "9"
    assert rows(filled.content)[6][6] == "10"
    assert rows(filled.content)[4][6] == ""


def test_late_days_and_extra_credit_count(sheet, bundle):
    known = [replace(CLASS[0], taken_off=1.0), replace(CLASS[3], points=6.5)]
    filled = fill_canvas(sheet(EXPORT), known, bundle)
    assert [row[5] for row in rows(filled.content)[3:]] == ["3.5", "3.00", "EX", "6.5", ""]


@pytest.mark.parametrize("wanted", ["1-tiny (991)", "991", "1-TINY"])
def test_a_column_is_named_in_any_of_its_ways(sheet, bundle, wanted):
    assert fill_canvas(sheet(EXPORT), CLASS, bundle, wanted).students == 2


def test_semicolons_first_and_last_names_and_a_decimal_comma(sheet, bundle):
    text = "LastName;FirstName;ID;Section;1-tiny (991)\n    Points Possible;;;;5,00\n"
    text += "Lovelace;Ada;11;1;\n"
    filled = fill_canvas(sheet(text), CLASS, bundle)
    assert filled.content.decode() == text.replace("Ada;11;1;", "Ada;11;1;4.5")


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("Identifier,Full name,Grade\nParticipant 1,Ada,\n", None, "is no export of Canvas"),
        (EXPORT, "3-none", r"has no column for '3-none'.+'1-tiny \(991\)', '2-other \(992\)'"),
        (EXPORT, "Final Score", "has no column for 'Final Score'"),
        (EXPORT, "ID", "has no column for 'ID'"),
        (EXPORT.replace("2-other (992)", "1-tiny (992)"), None, "has 2 columns for '1-tiny'"),
        (EXPORT.replace(",5.00,", ",,"), None, "doesn't say what '1-tiny"),
        (EXPORT.replace(",5.00,", ",0,"), None, "doesn't say what '1-tiny"),
        (EXPORT.replace("Points Possible", "Points"), None, "doesn't say what .+missing"),
        (
            EXPORT.partition('"Byron')[0]
            .replace(",11,", ",55,")
            .replace("Lovelace, Ada", "X, Y")
            .replace("ada@", "x@"),
            None,
            "names none of the students",
        ),
    ],
)
def test_what_cannot_be_filled_in_is_one_clear_error(sheet, bundle, text, column, message):
    given = sheet(text)
    with pytest.raises(UserError, match=message):
        fill_canvas(given, CLASS, bundle, column)


def test_a_file_of_our_own_has_what_canvas_asks_for(bundle):
    known = [
        *CLASS,
        *people(("zed", "Zed", "canvas", "", 1.0), ("anon-x", "", "canvas", "x3V", 1.0)),
    ]
    filled = new_canvas(known, bundle)
    assert rows(filled.content) == [
        ["Student", "ID", "Section", "1-tiny"],
        ["    Points Possible", "", "", "5"],
        ["lovelaceada", "11", "", "4.5"],
        ["byrongeorge", "12", "", ""],
        ["oneilm", "13", "", "2"],
        ["hoppergrace", "14", "", "5"],
    ]
    assert filled.missing == ("zed", "anon-x")
    assert any("1 of 4 cells are empty" in note for note in filled.notes)


def test_our_own_file_needs_somebody_with_a_number(bundle):
    unknown = people(("zed", "Zed", "canvas", "", 1.0))
    with pytest.raises(UserError, match="the number in Canvas is known"):
        new_canvas(unknown, bundle)


def test_a_name_is_no_formula(bundle):
    filled = new_canvas(people(("eve", "=cmd|'/C calc'!A0\r\n+1", "canvas", "66", 1.0)), bundle)
    assert rows(filled.content)[2] == ["'=cmd|'/C calc'!A0  +1", "66", "", "1"]
