"""Whole sources: everybody is accounted for, and nobody stops the others."""

import json
import os
import stat
import unicodedata
import zipfile

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting import Collected, collect
from llmcourse.grading.classroom.roster import Member, Roster
from llmcourse.grading.classroom.submissions import find
from tests.grading.classroom.collecting.test_contents import archive, receipt
from tests.grading.classroom.collecting.test_repositories import commit
from tests.grading.conftest import STEP


def states(done: Collected) -> dict[str, str]:
    return {row.sender: row.problem or row.state for row in done.rows}


def submitted(course) -> dict[str, bytes]:
    return {
        one.student: one.path.read_bytes() for one in find(course / "gradebook/submitted", STEP)
    }


def test_a_class_from_canvas(course, pack, solved, half, released_bytes):
    download = pack(
        {
            f"lovelaceada_12345_1_{STEP}.ipynb": solved,
            f"lovelaceada_12346_2_{STEP}.ipynb": released_bytes,
            f"lovelaceada_12346_3_{STEP} (1).ipynb": half,
            f"late_LATE_12347_4_{STEP}-1.ipynb": half,
            f"broken_12348_5_{STEP}.ipynb": b"{",
            "pdf_12349_6_report.pdf": b"x",
            "typed_12350_text.html": b"x",
            f"submit_12351_7_{STEP}-ab.zip": archive(
                {f"{STEP}.ipynb": half, "receipt.json": receipt(half)}
            ),
            f"zip_12352_8_{STEP}.zip": archive({"any.py": b"x"}),
            "other_12353_9_2-other.ipynb": solved,
            "README.txt": b"x",
            "stray.ipynb": solved,
        }
    )
    done = collect(download, STEP, course)
    assert done.source == "canvas"
    assert states(done) == {
        "lovelaceada (12345)": "new",
        "lovelaceada (12346)": "new",
        "late (12347)": "new",
        "broken (12348)": "new",  # the grader says why it has no grade
        "pdf (12349)": f"There is no notebook of {STEP}, but 'report.pdf'.",
        "typed (12350)": "No file was handed in: only what Canvas or Moodle calls text.",
        "submit (12351)": "new",
        "zip (12352)": "It is a zip archive that `llmcourse submit` did not make: ask for the "
        ".ipynb itself.",
        "other (12353)": f"There is no notebook of {STEP}, but '2-other.ipynb'.",
        "stray.ipynb": "Its path names no student in the form of canvas.",
    }
    assert done.ignored == ("README.txt",)
    assert done.placed == 5
    assert submitted(course) == {
        "broken-12348": b"{",
        "late-12347": half,
        "lovelaceada-12345": solved,
        "lovelaceada-12346": half,
        "submit-12351": half,
    }
    rows = {row.student: row for row in done.rows}
    assert (rows["late-12347"].late, rows["submit-12351"].late) == (True, False)
    assert "(as it was handed out)" in rows["lovelaceada-12346"].notes[0]
    assert (course / "gradebook/submitted/submit-12351" / STEP / "receipt.json").exists()
    again = collect(download, STEP, course)
    assert {row.state for row in again.rows} == {"unchanged", "not placed"}


def test_of_two_uploads_to_canvas_the_later_one_counts(course, pack, solved, half):
    members = {f"a_1_1000_{STEP}-1.ipynb": solved, f"a_1_999_{STEP}.ipynb": half}
    (row,) = collect(pack(members), STEP, course).rows
    assert submitted(course) == {"a-1": solved}
    assert row.notes == ("Of several notebooks '1-tiny-1.ipynb' was taken, not '1-tiny.ipynb'.",)


def test_moodle_in_both_forms(course, pack, spread, solved, half):
    folders = {
        f"Ada Lovelace_7_assignsubmission_file_/{STEP}.ipynb": solved,
        "Ada Lovelace_8_assignsubmission_file_/homework.ipynb": half,
        "Bob_9_assignsubmission_onlinetext_/onlinetext.html": b"x",
    }
    flat = {path.replace("_/", "_"): content for path, content in folders.items()}
    for source in (pack(folders), pack(flat, "flat.zip"), spread(folders)):
        done = collect(source, STEP, course)
        assert done.source == "moodle"
        assert submitted(course) == {"Ada Lovelace-7": solved, "Ada Lovelace-8": half}
        assert "No file was handed in" in states(done)["Bob (9)"]


def test_the_exchange_keeps_the_last_of_each_student_and_other_sets_apart(
    course, spread, solved, half
):
    files = {
        f"ada+{STEP}+2026-11-22 14:00:00.123456 UTC+x/{STEP}.ipynb": half,
        f"ada+{STEP}+2026-11-22 14:00:00.123456 UTC+x/timestamp.txt": b"",
        f"ada+{STEP}+2026-11-23 09:00:00.000000 UTC+y/Copy of {STEP}.ipynb": solved,
        "bob+2-other+2026-11-22 14:00:00 UTC+z/2-other.ipynb": half,
    }
    done = collect(spread(files, "inbound"), STEP, course)
    (row,) = done.rows
    assert (done.source, row.student, row.state) == ("exchange", "ada", "new")
    assert "Handed in 2 times; the last, 2026-11-23 09:00:00.000000 UTC" in row.notes[0]
    (one,) = find(course / "gradebook/submitted", STEP)
    assert one.path.read_bytes() == solved
    assert one.timestamp == "2026-11-23 09:00:00.000000 UTC"


def test_a_folder_of_folders_and_of_loose_files(course, spread, pack, solved, half):
    files = {
        f"ada/{STEP}/{STEP}.ipynb": solved,
        f"ada/{STEP}/timestamp.txt": b"2026-11-22 14:00:00 UTC\n",
        "ada/2-other.ipynb": half,
        f"Zoë/Copy of {STEP}.ipynb": half,
        f"{STEP} - Bob Müller.ipynb": half,
        f"{STEP}.ipynb": half,
        "list.txt": b"x",
    }
    done = collect(spread(files), STEP, course)
    assert states(done) == {
        "ada": "new",
        "Zoë": "new",
        "Bob Müller": "new",
        f"{STEP}.ipynb": "Its path names no student in the form of folder.",
    }
    assert submitted(course) == {"Bob Müller": half, "Zoë": half, "ada": solved}
    times = {one.student: one.timestamp for one in find(course / "gradebook/submitted", STEP)}
    assert times == {"Bob Müller": "", "Zoë": "", "ada": ""}  # whoever packed it wrote the time
    zipped = pack({f"class/{path}": content for path, content in files.items()})
    assert {row.state for row in collect(zipped, STEP, course).rows} == {"unchanged", "not placed"}


def test_repositories(course, tmp_path, solved, half):
    clones = tmp_path / "clones"
    commit(clones / "ada", {f"exercises/{STEP}/{STEP}.ipynb": solved})
    commit(clones / "bob", {f"{STEP}.ipynb": half})
    commit(clones / "eve", {"README.md": b"x"})
    done = collect(clones, STEP, course)
    assert done.source == "git"
    assert states(done) == {
        "ada": "new",
        "bob": "new",
        "eve": f"There is no notebook of {STEP} in the repository.",
    }
    assert "what the learner's clock said" in done.rows[0].notes[-1]
    times = [one.timestamp for one in find(course / "gradebook/submitted", STEP)]
    assert times == ["2026-11-22 14:00:00 UTC"] * 2
    lines = tmp_path / "list.csv"
    lines.write_text("ada,clones/ada\nbob,clones/gone\nada2,clones/ada\n")
    assert states(collect(lines, STEP, course)) == {
        "ada": "unchanged",
        "bob": "'clones/gone' is no address of https, ssh or file, nor a folder.",
        "ada2": "new",
    }


def test_with_a_roster_nobody_is_guessed_and_who_is_missing_is_named(course, pack, solved, half):
    roster = Roster(
        (
            Member("ada", "Ada Lovelace", "", {"canvas": "12345"}),
            Member("bob", "Bob Müller"),
            Member("zoe", "Zoë Weiß"),
        )
    )
    members = {
        f"lovelaceada_12345_1_{STEP}.ipynb": solved,
        f"lovelaceada_99999_2_{STEP}.ipynb": half,
        f"müllerbob_12346_3_{STEP}.ipynb": half,
    }
    done = collect(pack(members), STEP, course, roster=roster)
    assert states(done)["lovelaceada (99999)"] == (
        "The roster has no 'lovelaceada' (canvas 99999)."
    )
    assert submitted(course) == {"ada": solved, "bob": half}
    assert [one.student for one in done.missing] == ["zoe"]


def test_two_students_under_one_name_are_both_left_out_and_the_others_placed(
    course, spread, solved, half
):
    two = [unicodedata.normalize(form, "Zoë") for form in ("NFC", "NFD")]
    files = {f"{name}/{STEP}.ipynb": half for name in (*two, "ada")}
    done = collect(spread(files), STEP, course)
    assert "Two things have this name" in states(done)["Zoë"]
    assert list(submitted(course)) == ["ada"]
    roster = Roster((Member("ada", "Ada Lovelace"), Member("bob")))
    files = {f"{name}/{STEP}.ipynb": half for name in ("ada", "Ada Lovelace", "bob")}
    done = collect(spread(files, "other"), STEP, course, roster=roster)
    problem = "More than one sender would be the student 'ada': 'Ada Lovelace' and 'ada'."
    assert states(done) == {"Ada Lovelace": problem, "ada": problem, "bob": "new"}


def test_one_bad_member_never_stops_the_class(course, pack, solved, half, tmp_path):
    outside, secret = tmp_path / "outside", tmp_path / "secret.ipynb"
    secret.write_bytes(solved)
    link = zipfile.ZipInfo(f"link/{STEP}.ipynb")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    done = collect(
        pack(
            {
                f"../up/{STEP}.ipynb": solved,
                f"{outside}/{STEP}.ipynb": solved,
                link: str(secret),
                f"bomb/{STEP}.ipynb": b"\0" * 30_000_000,
                f"\x1b[2J/{STEP}.ipynb": solved,
                f"ada/{STEP}.ipynb": half,
                "ada/extra.ipynb": b"\0" * 30_000_000,
            }
        ),
        STEP,
        course,
    )
    problems = {row.sender: row.problem for row in done.rows}
    assert problems == {
        f"../up/{STEP}.ipynb": "Its name leads out of the archive.",
        f"{outside}/{STEP}.ipynb": "Its name leads out of the archive.",
        "link": "It is a link, which is not followed.",
        "bomb": "It would unpack to more than 200 times its size.",
        f"\x1b[2J/{STEP}.ipynb": "Its name holds characters that can't be printed.",
        "ada": "",
    }
    assert "'extra.ipynb' was left out" in next(r for r in done.rows if r.student).notes[0]
    assert submitted(course) == {"ada": half}
    assert not outside.exists()


def test_a_name_that_no_folder_can_have(course, spread, half):
    done = collect(
        spread({f"{'é' * 101}/{STEP}.ipynb": half, f"a/{STEP}.ipynb": half}), STEP, course
    )
    assert [row.state for row in done.rows] == ["new", "not placed"]
    assert "longer than 200 bytes" in done.rows[1].problem


def test_a_dry_run_places_nothing_and_says_the_same(course, pack, solved):
    members = {f"a_{number}_2_{STEP}.ipynb": solved for number in range(3)}
    dry = collect(pack(members), STEP, course, dry_run=True)
    assert not (course / "gradebook/submitted").exists()
    assert dry.rows == collect(pack(members), STEP, course).rows


def test_progress_is_told(course, pack, solved):
    told = []
    collect(
        pack({f"a_{number}_2_{STEP}.ipynb": solved for number in range(3)}),
        STEP,
        course,
        on_progress=lambda done, of, row: told.append((done, of, row.sender)),
    )
    assert told == [(1, 3, "a (0)"), (2, 3, "a (1)"), (3, 3, "a (2)")]


def test_without_a_bundle_a_set_with_a_source_can_be_collected(course, pack, solved):
    (course / "gradebook/bundles" / f"{STEP}.json").unlink()
    assert collect(pack({f"a_1_2_{STEP}.ipynb": solved}), STEP, course).placed == 1


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("1-tyni", r"no problem set '1-tyni'\. Did you mean 1-tiny"),
        ("9-none", r"no problem set '9-none'\. There is 1-tiny"),
        ("../x", "is a path; a problem set is named by its folder"),
    ],
)
def test_an_unknown_set(course, pack, step, message):
    with pytest.raises(UserError, match=message):
        collect(pack({"a_1_2_x.ipynb": b""}), step, course)


def test_outside_of_the_course_it_says_so(tmp_path, pack):
    with pytest.raises(UserError, match="Run the command in the root of the course's repository"):
        collect(pack({"a_1_2_x.ipynb": b""}), STEP, tmp_path)


def test_the_archive_of_another_set_is_listed_and_nothing_of_it_placed(course, pack, solved):
    marked = json.loads(solved)
    marked["metadata"]["llmcourse"]["step"] = "2-other"
    other = json.dumps(marked).encode()
    done = collect(
        pack({"a_1_2_2-other.ipynb": other, "b_2_3_homework.ipynb": other, "c_3_4_x.pdf": b""}),
        STEP,
        course,
    )
    assert states(done) == {
        "a (1)": "There is no notebook of 1-tiny, but '2-other.ipynb'.",
        "b (2)": "It is a notebook of the set 2-other.",
        "c (3)": "There is no notebook of 1-tiny, but 'x.pdf'.",
    }
    assert done.placed == 0
    assert not any((course / "gradebook/submitted").glob("*"))


def test_no_time_in_a_learners_folder_or_archive_is_believed(course, pack, solved):
    early = b"2026-11-01 12:00:00 UTC\n"
    for name in (f"Ada_7_assignsubmission_file_/{STEP}", "ada"):
        members = {f"{name}/{STEP}.ipynb": solved, f"{name}/timestamp.txt": early}
        (row,) = collect(pack(members), STEP, course).rows
        assert (row.state, row.timestamp) == ("new", "")
    time = "2026-11-29 12:00:00 UTC"
    folder = f"bob+{STEP}+{time}+x"
    members = {f"{folder}/{STEP}.ipynb": solved, f"{folder}/timestamp.txt": early}
    (row,) = collect(pack(members), STEP, course).rows
    assert row.timestamp == time
    times = [one.timestamp for one in find(course / "gradebook/submitted", STEP)]
    assert times == ["", "", time]


def test_a_notebook_that_a_browser_took_for_text(course, pack, spread, solved, half):
    members = {
        f"a_1_2_{STEP}.ipynb.txt": solved,
        f"b_2_3_{STEP}.ipynb-1.txt": half,
        "c_3_4_notes.txt": b"x",
    }
    done = collect(pack(members), STEP, course)
    problem = "There is no notebook of 1-tiny, but 'notes.txt'."
    assert states(done) == {"a (1)": "new", "b (2)": "new", "c (3)": problem}
    assert submitted(course) == {"a-1": solved, "b-2": half}
    loose = spread({f"{STEP} Zoë.ipynb.txt": half})
    assert states(collect(loose, STEP, course)) == {"Zoë": "new"}


def test_sources_that_hold_nothing_of_the_set(course, pack, tmp_path, solved):
    for source, message in [
        (tmp_path / "nowhere.zip", "There is no file or folder"),
        (pack({}, "0.zip"), "holds no files"),
        (pack({"a_1_2_x.pdf": b"", "b_2_text.html": b""}, "2.zip"), r"no notebook .+'x\.pdf'"),
        (pack({"x.pdf": b""}, "3.zip"), r"holds no notebook\."),
        (course / "exercises", "is a folder of the course"),
        (course / "gradebook" / "submitted", "is a folder of the course"),
    ]:
        with pytest.raises(UserError, match=message):
            collect(source, STEP, course)
    truncated = pack({f"a_1_2_{STEP}.ipynb": os.urandom(1000)})
    truncated.write_bytes(truncated.read_bytes()[:900])
    with pytest.raises(UserError, match="only the first part of one"):
        collect(truncated, STEP, course)
    assert not any((course / "gradebook/submitted").glob("*"))


def test_a_notebook_of_another_set_does_not_replace_the_right_one(course, pack, solved):
    marked = json.loads(solved)
    marked["metadata"]["llmcourse"]["step"] = "2-other"
    collect(pack({f"a_1_2_{STEP}.ipynb": solved}), STEP, course)
    members = {"a_1_3_x.ipynb": json.dumps(marked), f"b_2_3_{STEP}.ipynb": solved}
    done = collect(pack(members), STEP, course)
    assert states(done) == {"a (1)": "It is a notebook of the set 2-other.", "b (2)": "new"}
    assert submitted(course)["a-1"] == solved
