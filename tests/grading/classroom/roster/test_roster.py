"""Rosters as they are downloaded, and who is meant by a name."""

import unicodedata
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.roster import Member, Roster, read_roster
from llmcourse.grading.classroom.roster.kept import kept_roster, write_roster
from llmcourse.grading.classroom.roster.names import canvas_name
from llmcourse.grading.classroom.roster.reading import LARGEST

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,3-decoding (4711),Final Score
    Points Possible,,,,,40.00,(read only)
"Lovelace, Ada",12345,s1,ada@example.org,A,,
"Müller-Weiß, Zoë",12346,s2,zoe,A,,
"Student, Test",99999,,f00,A,,
"""

MOODLE = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Feedback comments
Participant 1234567,Ada Lovelace,,ada@example.org,Submitted for grading,,40.00,
Participant 1234568,Ada Lovelace,,shared@example.org,No submission,,40.00,
Participant 1234569,Bob,,shared@example.org,No submission,,40.00,
"""

GERMAN = """\
ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung
Teilnehmer/in 7,Ada Lovelace,ada@example.org,Nicht abgegeben,,"40,00"
"""

BLIND = """\
Identifier,Status,Grade,Maximum Grade,Last modified (grade),Feedback comments
Participant 7,No submission,,40.00,-,
"""

PLAIN = """\
student,name,email,canvas,moodle,github
ada,Ada King Lovelace,ada@example.org,12345,1234567,countess
bob,Bob Müller,bob@example.org,12346,,
zoë,Bob Müller,zoe@example.org,,,
"""


@pytest.fixture
def write(tmp_path):
    def written(text: str | bytes) -> Path:
        path = tmp_path / "roster.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


def test_canvas_gradebook_export(write):
    roster = read_roster(write("\ufeff" + CANVAS))
    assert roster.members == (
        Member("lovelaceada-12345", "Ada Lovelace", "ada@example.org", {"canvas": "12345"}),
        Member("müllerweißzoë-12346", "Zoë Müller-Weiß", "", {"canvas": "12346"}),
    )
    assert roster.by("canvas", "12346") is roster.members[1]
    assert roster.by("canvas", "") is roster.by("moodle", "12346") is None


def test_moodles_worksheet_names_by_an_address_that_is_nobody_elses(write):
    roster = read_roster(write(MOODLE))
    assert [one.student for one in roster.members] == [
        "ada@example.org",
        "Ada Lovelace-1234568",
        "Bob-1234569",
    ]
    assert roster.by("moodle", "1234569").name == "Bob"
    assert len(roster.called("ada lovelace")) == 2


def test_moodles_worksheet_of_another_language_and_of_a_blind_assignment(write):
    (german,) = read_roster(write(GERMAN)).members
    assert german == Member("ada@example.org", "Ada Lovelace", "ada@example.org", {"moodle": "7"})
    (blind,) = read_roster(write(BLIND)).members
    assert blind == Member("Participant-7", "Participant", "", {"moodle": "7"})


@pytest.mark.parametrize("comma", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_plain_table_whatever_program_saved_it(write, comma, end):
    roster = read_roster(write("\ufeff" + PLAIN.replace(",", comma).replace("\n", end)))
    ids = {"canvas": "12345", "moodle": "1234567", "github": "countess"}
    assert roster.members[0] == Member("ada", "Ada King Lovelace", "ada@example.org", ids)
    assert roster.student(unicodedata.normalize("NFD", "zoë")) is roster.members[2]
    assert roster.student("nobody") is None


@pytest.mark.parametrize(
    ("name", "students"),
    [
        ("ada", ["ada"]),
        ("ADA@Example.org", ["ada"]),
        ("1234567", ["ada"]),
        ("Countess", ["ada"]),
        ("Lovelace, Ada King", ["ada"]),
        ("King Ada Lovelace", []),  # not an order in which a name is written
        ("zoe", ["zoë"]),  # the address' first part
        ("bob müller", ["bob", "zoë"]),
        ("eve", []),
        ("", []),
    ],
)
def test_a_name_means_whom_it_can_mean(write, name, students):
    roster = read_roster(write(PLAIN))
    assert [one.student for one in roster.called(name)] == students


def test_only_the_column_student_must_be_there(write):
    assert read_roster(write("Student\nada\n\nbob\n")).members == (Member("ada"), Member("bob"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("student\nada\nbob\nAda\n", r"lines 2 and 4: two rows of one student, 'ada'"),
        ("student,canvas\na,1\nb,2\nc,1\n", r"lines 2 and 4: two rows of one canvas id, '1'"),
        ('student,name\n"ada","x\ny"\nada,z\n', r"lines 3 and 4: two rows of one student"),
        ("student\n../ada\n", r"line 2: '\.\./ada' can't be a student's folder"),
        ("student\n.ada\n", "never a student's"),
        ("student\na\x1b[2J\n", "can't be printed"),
        ("student,name\n,Ada\n", "line 2: '' can't be"),
        (f"student\n{'é' * 101}\n", "longer than 200 bytes"),
        ("name,points\nada,3\n", r"is no roster: its columns are 'name', 'points'\. Give Canvas'"),
        ("student,name,name\na,b,c\n", "two columns 'name'"),
        ("student\n", "names no student"),
        (" \n", "is empty"),
        (b"student\nzo\xeb\n", "is not UTF-8"),
        ('student\n"ada\n', "line 2, is no CSV"),
        (b"x" * (LARGEST + 1), "larger than 20 MB"),
    ],
)
def test_what_is_no_roster_is_refused(write, text, message):
    with pytest.raises(UserError, match=message):
        read_roster(write(text))


def test_a_path_that_is_wrong_is_said(tmp_path):
    with pytest.raises(UserError, match="There is no file"):
        read_roster(tmp_path / "none.csv")
    with pytest.raises(UserError, match="can't be read: Is a directory"):
        read_roster(tmp_path)


def test_a_name_in_a_files_name_keeps_letters_of_any_script():
    assert canvas_name("O'Neil_2, Zoë (王)") == "oneil_2zoë王"


def test_the_plain_form_holds_all_but_what_passes_and_no_formula(tmp_path):
    kept = tmp_path / "gradebook" / "roster.csv"
    odd = Member("=1+1", "Lovelace, Ada", "ada@example.org", {"canvas": "7", "moodle": "501"})
    given = Roster((Member("'t Hooft"), odd))
    write_roster(given, kept)
    assert kept_roster(kept.parent) == read_roster(kept) == given
    assert kept_roster(tmp_path) is None
    assert "\n=" not in kept.read_text()
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(
        "Identifier,Full name,Email address,Status,Grade,Maximum Grade\n"
        "Participant 501,Ada Lovelace,ada@example.org,-,,5.00\n"
    )
    given = read_roster(sheet)
    assert given.by("moodle", "501")  # for this assignment
    write_roster(given, kept)
    assert read_roster(kept).members == (
        Member("ada@example.org", "Ada Lovelace", "ada@example.org"),
    )
