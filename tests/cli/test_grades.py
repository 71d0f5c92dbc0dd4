"""`llmcourse grades`, as an instructor uses it."""

import csv
import io
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.grading.classroom.graded_class import ALL, GradedClass, released_set
from tests.grading.conftest import STEP, make_repository

EXPORT = """\
Student,ID,SIS Login ID,Section,1-tiny (991),Final Score
    Points Possible,,,,5.00,(read only)
"Lovelace, Ada",11,ada,1,,
"Byron, George",12,george,1,,
"Hopper, Grace",13,grace,1,,
"""


@pytest.fixture
def course(tmp_path) -> GradedClass:
    """Ada has all points and was late, George was refused, Grace handed in nothing."""
    course = GradedClass(make_repository(tmp_path / "course"), released_set())
    ada = {"source": "canvas", "user": "11", "timestamp": "2026-11-22 14:00:00 UTC"}
    course.add("ada", *ALL, **ada)
    course.add("george", refused="The file is empty.", source="canvas", user="12")
    (course.gradebook / "roster.csv").write_text(
        "student,name,canvas\nada,Ada Lovelace,11\ngeorge,,12\ngrace,Grace Hopper,13\n"
    )
    return course


@pytest.fixture
def export(tmp_path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(EXPORT)
    return path


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(), newline="")))


def test_help_ends_in_an_example_that_parses(llmcourse, course, tmp_path):
    shown = llmcourse("grades", "--help").stdout
    example = re.search(r"Example: llmcourse (grades 3-decoding .+?)\s*\Z", shown)
    assert example, shown
    arguments = (
        example[1].replace("3-decoding", STEP).replace("class.html", str(tmp_path / "c.html"))
    )
    assert llmcourse(*arguments.split(), "--root", course.root).returncode == 0


def test_a_table_and_a_report_of_everybody(llmcourse, course, tmp_path):
    report, told = tmp_path / "class.html", tmp_path / "grades.json"
    done = llmcourse(
        *("grades", STEP, "--root", course.root, "--report", report, "--json", told),
        *("--due", "2026-11-22T12:00Z", "--per-day", "10"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"ada +│ +5 │ 1 day late │ +4\.5 │", done.stdout), done.stdout
    assert re.search(r"george +│ +│ unknown +│ +│ The file is empty", done.stdout)
    assert re.search(r"grace +│ +│ +│ +│ handed in nothing", done.stdout)
    table = rows(course.gradebook / "grades" / f"{STEP}-csv.csv")
    counts = table[0].index("counts")
    assert [(row[0], row[counts]) for row in table[1:]] == [
        *(("ada", "4.5"), ("george", ""), ("grace", ""))
    ]
    assert "Grace Hopper (grace)" in report.read_text()
    assert "Report on a class of 3" in report.read_text()
    students = {one["student"]: one for one in json.loads(told.read_text())["students"]}
    assert (students["ada"]["counts"], students["ada"]["late_days"]) == (4.5, 1)
    assert students["george"]["points"] is None


def test_canvas_export_is_filled_in_under_another_name(llmcourse, course, export):
    done = llmcourse("grades", STEP, "--root", course.root, "--for", "canvas", "--sheet", export)
    assert done.returncode == 0, done.stdout + done.stderr
    assert export.read_text() == EXPORT
    filled = course.gradebook / "grades" / f"{STEP}-canvas.csv"
    assert filled.read_text() == EXPORT.replace("11,ada,1,,", "11,ada,1,5,")
    assert "1 score for canvas." in done.stdout


def test_strangers_on_both_sides_are_named_and_the_rest_written(llmcourse, course, export):
    export.write_text(EXPORT.replace('"Hopper, Grace",13,grace', '"Turing, Alan",77,alan'))
    course.add("zed", *ALL)
    done = llmcourse("grades", STEP, "--root", course.root, "--for", "canvas", "--sheet", export)
    assert done.returncode == 1
    assert "On the sheet, but not known here: 1\n  Turing, Alan" in done.stdout
    assert "Have points, but are not on the sheet: 1\n  zed" in done.stdout
    assert "11,ada,1,5," in (course.gradebook / "grades" / f"{STEP}-canvas.csv").read_text()


def test_without_a_sheet_canvas_gets_a_small_file(llmcourse, course):
    done = llmcourse("grades", STEP, "--root", course.root, "--for", "canvas")
    assert done.returncode == 0, done.stdout
    assert rows(course.gradebook / "grades" / f"{STEP}-canvas.csv")[2:] == [
        ["Ada Lovelace", "11", "", "5"],
        ["george", "12", "", ""],
        ["Grace Hopper", "13", "", ""],
    ]
    assert "2 of 3 cells are empty" in done.stdout


def test_moodles_worksheet(llmcourse, course, tmp_path):
    sheet = tmp_path / "worksheet.csv"
    sheet.write_text(
        'Identifier,"Full name",Status,Grade,"Maximum Grade","Feedback comments"\n'
        '"Participant 501","Ada Lovelace",-,,100.00,\n'
    )
    output = tmp_path / "filled.csv"
    arguments = ("--for", "moodle", "--sheet", sheet, "--output", output)
    done = llmcourse("grades", STEP, "--root", course.root, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rows(output)[1][3] == "100"
    assert "There the set is worth 100, here 5" in done.stdout


def test_unknown_times_are_named_and_cost_nothing(llmcourse, course):
    course.add("zed", *ALL)
    arguments = ("--due", "2026-11-22T12:00Z", "--per-day", "50", "--grace", "150")
    done = llmcourse("grades", STEP, "--root", course.root, *arguments)
    assert done.returncode == 1
    assert "is unknown, so nothing was taken off: 1\n  zed" in done.stdout
    assert re.search(r"ada +│ +5 │ in time +│ +5 │", done.stdout), done.stdout
    assert re.search(r"zed +│ +5 │ unknown +│ +5 │", done.stdout)


def test_no_file_of_somebody_else_is_overwritten(llmcourse, course, export):
    arguments = ("grades", STEP, "--root", course.root, "--for", "canvas", "--sheet", export)
    done = llmcourse(*arguments, "--output", export)
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert export.read_text() == EXPORT
    output = export.with_name("filled.csv")
    assert llmcourse(*arguments, "--output", output).returncode == 0
    course.add("george", *ALL, source="canvas", user="12")
    assert llmcourse(*arguments, "--output", output).returncode == 0
    assert "12,george,1,5," in output.read_text()


BAD = {
    "none.csv": None,
    "empty.csv": b"",
    "latin.csv": "Name,Größe\n".encode("latin-1"),
    "other.csv": b"a,b,c\n1,2,3\n",
    "column.csv": EXPORT.replace("1-tiny (991)", "2-other (5)").encode(),
    "moodle.csv": b"Identifier,Full name,Grade,Maximum Grade\nParticipant 1,Ada,,5.00\n",
}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("9-none",), "There is no problem set '9-none'.+There is 1-tiny"),
        ((STEP, "--for", "canvas", "--sheet", "none.csv"), "none.csv can't be read: No such file"),
        ((STEP, "--for", "canvas", "--sheet", "empty.csv"), "empty.csv is empty"),
        ((STEP, "--for", "canvas", "--sheet", "latin.csv"), "is no text in UTF-8"),
        ((STEP, "--for", "canvas", "--sheet", "other.csv"), "is no export of Canvas"),
        ((STEP, "--for", "moodle", "--sheet", "other.csv"), "is no grading worksheet"),
        ((STEP, "--for", "canvas", "--sheet", "moodle.csv"), "is no export of Canvas"),
        ((STEP, "--for", "canvas", "--sheet", "column.csv"), r"no column .+'2-other \(5\)'"),
        ((STEP, "--for", "moodle"), "grading worksheet is needed"),
        ((STEP, "--sheet", "other.csv"), "no sheet to fill in"),
        ((STEP, "--output", "x", "--report", "./x"), "One file can't be both"),
        ((STEP, "--per-day", "10"), "Late days are counted from a date"),
        ((STEP, "--due", "2026-11-22T23:59"), "in which time zone"),
        ((STEP, "--due", "2026-11-22T23:59Z", "--per-day", "nan"), "Invalid value for '--per-day'"),
        ((STEP, "--output", "/dev/null/x.csv"), "can't be written|could not be written"),
    ],
)
def test_what_cannot_be_carried_out_is_one_clear_error(
    llmcourse, course, tmp_path, arguments, message
):
    for name, content in BAD.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    given = [str(tmp_path / one) if one in BAD else one for one in arguments]
    done = llmcourse("grades", "--root", course.root, *given)
    assert done.returncode == 2, done.stdout
    assert re.search(message, done.stderr, re.S), done.stderr
    assert "Traceback" not in done.stderr


def test_nothing_graded_yet(llmcourse, tmp_path):
    course = GradedClass(make_repository(tmp_path / "course"), released_set())
    course.hand_in("ada")
    done = llmcourse("grades", STEP, "--root", course.root)
    assert done.returncode == 2
    assert "Nobody has a grade in 1-tiny yet" in done.stderr


def test_a_full_disk_leaves_what_was_there(llmcourse, course, monkeypatch):
    assert llmcourse("grades", STEP, "--root", course.root).returncode == 0
    path = course.gradebook / "grades" / f"{STEP}-csv.csv"
    before = path.read_bytes()
    course.add("ada", 0, 0, 0, 0)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    done = llmcourse("grades", STEP, "--root", course.root)
    monkeypatch.undo()
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir() if one.name.startswith(".")] == []
    assert llmcourse("grades", STEP, "--root", course.root).returncode == 0
    assert path.read_bytes() != before


def test_a_name_cannot_command_the_terminal_or_a_spreadsheet(llmcourse, course):
    course.add("=[red]\x1b[2Jmallory", *ALL)
    done = llmcourse("grades", STEP, "--root", course.root)
    assert "=[red]\N{REPLACEMENT CHARACTER}[2Jmallory" in done.stdout
    assert "\x1b[2J" not in done.stdout
    first = rows(course.gradebook / "grades" / f"{STEP}-csv.csv")[1][0]
    assert first == "'=[red] [2Jmallory"


def by_hand(course: GradedClass, student: str, cell: str, score: float) -> None:
    """As formgrader writes it."""
    db = sqlite3.connect(course.gradebook / "gradebook.db")
    with db:
        done = db.execute(
            """
            update grade set manual_score = ?, needs_manual_grade = 0 where id in (
                select grade.id from grade join base_cell on base_cell.id = grade.cell_id
                join submitted_notebook on submitted_notebook.id = grade.notebook_id
                join submitted_assignment
                on submitted_assignment.id = submitted_notebook.assignment_id
                where base_cell.name = ? and submitted_assignment.student_id = ?)
            """,
            (score, cell, student),
        )
    db.close()
    assert done.rowcount == 1


def test_a_score_by_hand_for_an_older_file_is_to_be_looked_at(llmcourse, course, tmp_path):
    assert llmcourse("grades", STEP, "--root", course.root).returncode == 0
    by_hand(course, "ada", "double-hidden", 0)
    assert llmcourse("grades", STEP, "--root", course.root).returncode == 0
    course.add("ada", 2, 1, 1, 0)
    told = tmp_path / "grades.json"
    done = llmcourse("grades", STEP, "--root", course.root, "--json", told)
    assert done.returncode == 1
    said = "a score given by hand for an older file counts"
    assert f"To be looked at: 1\n  ada: {said}" in done.stdout
    ada = next(one for one in json.loads(told.read_text())["students"] if one["student"] == "ada")
    assert (ada["points"], ada["notes"][0].startswith(said)) == (3, True)
    table = rows(course.gradebook / "grades" / f"{STEP}-csv.csv")
    assert table[1][table[0].index("notes")].startswith(said)


WORKSHEET = """\
Identifier,"Full name",Status,Grade,"Maximum Grade","Last modified (submission)","Feedback comments"
"Participant 501","Ada Lovelace",-,,5.00,"Saturday, 28 November 2026, 3:42 PM",
"Participant 502","Zed Last",-,,5.00,"28/11/26, 15:42",
"Participant 503","Grace Hopper",-,,5.00,-,
"""


def test_moodles_worksheet_tells_how_late(llmcourse, tmp_path):
    course = GradedClass(make_repository(tmp_path / "course"), released_set())
    course.add("ada", *ALL, source="moodle", user="501")
    course.add("zed", *ALL, source="moodle", user="502")
    (course.gradebook / "roster.csv").write_text("student,name\nada,\nzed,\ngrace,Grace Hopper\n")
    sheet, times = tmp_path / "worksheet.csv", tmp_path / "times.csv"
    sheet.write_text(WORKSHEET)
    arguments = ("grades", STEP, "--root", course.root, "--for", "moodle", "--sheet", sheet)
    due = ("--due", "2026-11-27T15:42+01:00", "--per-day", "20")
    done = llmcourse(*arguments, *due)
    assert done.returncode == 1
    assert re.search(r"ada +│ +5 │ 1 day late │ +4 │", done.stdout), done.stdout
    assert re.search(r"zed +│ +5 │ unknown +│ +5 │", done.stdout)
    assert re.search(r"grace +│ +│ +│ +│ handed in nothing", done.stdout)
    assert "read with the offset of --due" in done.stdout
    assert "A time that can't be used: 1\n  zed: '28/11/26, 15:42' stands there" in done.stdout
    assert "not known here" not in done.stdout
    filled = rows(course.gradebook / "grades" / f"{STEP}-moodle.csv")
    assert [row[3] for row in filled] == ["Grade", "4", "5", ""]
    times.write_text("student,time\nzed,2026-11-29T15:42+01:00\n")
    sheet.write_text(WORKSHEET.replace("28/11/26, 15:42", "-"))
    done = llmcourse(*arguments, *due, "--times", times)
    assert done.returncode == 0, done.stdout
    assert re.search(r"zed +│ +5 │ 2 days late │ +3 │", done.stdout)
    times.write_text("student,time\nzed,2026-11-29T15:42+01:00\nwho,2026-11-29 15:42\n")
    done = llmcourse(*arguments, *due, "--times", times)
    assert (done.returncode, "who: nobody is called so here" in done.stdout) == (1, True)
    assert llmcourse(*arguments, "--times", times).returncode == 2
    times.write_text("student,time\nzed,later\n")
    done = llmcourse(*arguments, *due, "--times", times)
    assert (done.returncode, "line 2: no time for 'zed'" in done.stderr) == (2, True)


def test_what_canvas_says_of_late_is_by_its_own_date(llmcourse, course):
    course.add("zed", *ALL, source="canvas", user="14", late=True)
    done = llmcourse("grades", STEP, "--root", course.root, "--due", "2026-11-22T12:00Z")
    assert done.returncode == 1
    assert re.search(r"zed +│ +5 │ late, how much is unknown +│ +5 │", done.stdout), done.stdout
    assert "is unknown, so nothing was taken off: 1\n  zed" in done.stdout
    assert "by the due date that stands in Canvas" in done.stdout
    assert "in Canvas" not in llmcourse("grades", STEP, "--root", course.root).stdout


def start(root: Path, export: Path) -> subprocess.Popen:
    """The command in a process of its own."""
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "llmcourse", "grades", STEP, "--for", "canvas"),
            *("--sheet", str(export), "--due", "2026-11-22T12:00Z", "--per-day", "10"),
            *("--output", "filled.csv", "--report", "class.html"),
        ],
        cwd=root,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def left(root: Path) -> dict[str, object]:
    """All that the command leaves, but for the random ids in nbgrader's gradebook."""
    query = """
        select submitted_assignment.student_id, base_cell.name, grade.auto_score
        from grade join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    """
    db = sqlite3.connect(root / "gradebook" / "gradebook.db")
    try:
        found: dict[str, object] = {"scores": sorted(db.execute(query), key=repr)}
    finally:
        db.close()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in {".db", ".db-journal"}:
            found[str(path.relative_to(root))] = path.read_bytes()
    return found


def test_killed_five_times_and_finished_gives_what_an_undisturbed_run_gives(course, export):
    for number in range(12):
        points = [(2, 1, 1, 1), (2, 0, 1, 0), (0, 0, 0, 0)][number % 3]
        times = {"timestamp": f"2026-11-2{number % 5}T14:00:00Z"}
        course.add(f"s{number}", *points, source="canvas", user=str(100 + number), **times)
    people = "".join(f'"S {n}",{100 + n},s{n},1,,\n' for n in range(12))
    export.write_text(EXPORT + people)
    killed = course.root.with_name("killed")
    shutil.copytree(course.root, killed)
    started = time.monotonic()
    whole = start(course.root, export)
    out, err = whole.communicate(timeout=90)
    seconds = time.monotonic() - started
    assert whole.returncode == 0, out + err
    chance = random.Random(5)
    ended = []
    # Anywhere, or as soon as something is there that it may have begun to write.
    for name in ("", "gradebook/gradebook.db", "gradebook/grades", "filled.csv", ""):
        process = start(killed, export)
        moment = time.monotonic() + chance.uniform(0.05, 0.5) * seconds
        while process.poll() is None and not (name and (killed / name).exists()):
            if not name and time.monotonic() > moment:
                break
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        ended.append(process.returncode)
    assert -signal.SIGKILL in ended
    last = start(killed, export)
    out, err = last.communicate(timeout=90)
    assert last.returncode == 0, out + err
    assert left(killed) == left(course.root)
    assert "class.html" in left(killed)
