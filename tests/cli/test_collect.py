"""`llmcourse collect`, as an instructor uses it."""

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from llmcourse.grading.problem_sets.bundle import bundle_of, bundle_path
from llmcourse.grading.problem_sets.tasks import read_set
from tests.grading.conftest import SOLVED, STEP, Learner, make_repository


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> tuple[Path, bytes]:
    """A repository with the small set's bundle, and the set's release."""
    from llmcourse.grading.problem_sets.release import files_of

    root = make_repository(tmp_path_factory.mktemp("released") / "course")
    contract = read_set(root / "solutions" / STEP)
    release = files_of(contract, root)[root / "exercises" / STEP / f"{STEP}.ipynb"]
    bundle_of(contract, json.loads(release)).write(bundle_path(root, STEP))
    return root, release


@pytest.fixture
def course(tmp_path, released) -> Path:
    return shutil.copytree(released[0], tmp_path / "course")


@pytest.fixture
def solved(tmp_path, released) -> bytes:
    return Learner(tmp_path / "x.ipynb", released[1]).write(**SOLVED).path.read_bytes()


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def files(root: Path) -> dict[str, bytes]:
    found = sorted(path for path in (root / "gradebook").rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_bytes() for path in found}


def test_help_ends_in_an_example_that_parses(llmcourse, course, solved, monkeypatch):
    shown = llmcourse("collect", "--help").stdout
    example = re.search(r"Example: llmcourse (collect .+?)\s*\Z", shown, re.S)
    assert example, shown
    monkeypatch.chdir(course)
    pack(course / "submissions.zip", {f"a_1_2_{STEP}.ipynb": solved})
    done = llmcourse(*example[1].replace("3-decoding", STEP).split())
    assert done.returncode == 0, done.stderr
    assert "1 of 1 would be placed" in done.stdout
    assert not (course / "gradebook" / "submitted").exists()


def test_a_download_is_placed_shown_and_left_alone_the_second_time(
    llmcourse, course, solved, released, tmp_path
):
    download = pack(
        tmp_path / "class.zip",
        {
            f"lovelaceada_LATE_12345_1_{STEP}.ipynb": solved,
            "bob_12346_text.html": b"x",
            f"eve_666_3_{STEP}.ipynb": solved,
            "[red]\x1b[2J.ipynb": b"x",
            "notes.txt": b"x",
        },
    )
    roster = tmp_path / "roster.csv"
    roster.write_text("student,canvas\nada,12345\nbob,12346\nzoe,12347\n")
    report = tmp_path / "rows.json"
    arguments = ("collect", download, STEP, "--root", course, "--roster", roster)
    done = llmcourse(*arguments, "--json", report)
    assert done.returncode == 1, done.stderr
    assert re.search(r"1-tiny from canvas: 1 of 4 placed", done.stdout), done.stdout
    assert re.search(r"ada +│.+│ [0-9a-f]{12} │ new +│ late", done.stdout)
    assert "Not placed: 3\n" in done.stdout
    assert "eve (666): The roster has no 'eve' (canvas 666). File: eve_666_3" in done.stdout
    assert done.stderr == ""
    assert "bob (12346): No file was handed in" in done.stdout
    assert "On the roster, and nothing placed: 2\nbob, zoe\n" in done.stdout
    assert "Nobody's, and no notebook: 1 (notes.txt)" in done.stdout
    assert "[red]\N{REPLACEMENT CHARACTER}[2J" in done.stdout
    assert "\x1b[2J" not in done.stdout
    told = json.loads(report.read_text())
    assert (told["step"], told["from"], told["placed"], told["not_placed"]) == (
        STEP,
        "canvas",
        1,
        3,
    )
    assert told["missing"] == ["bob", "zoe"]
    (row,) = (row for row in told["rows"] if row["student"] == "ada")
    assert (row["state"], row["late"], row["replaced"]) == ("new", True, None)
    before = files(course)
    again = llmcourse(*arguments)
    assert re.search(r"ada +│.+│ unchanged", again.stdout)
    assert files(course) == before
    pack(download, {f"lovelaceada_12345_9_{STEP}.ipynb": released[1]})
    replaced = llmcourse(*arguments)
    assert replaced.returncode == 0
    assert re.search(r"ada +│.+│ replaced +│ kept as", replaced.stdout), replaced.stdout
    assert files(course)[f"gradebook/replaced/{STEP}/ada/0001/{STEP}.ipynb"] == solved


def test_files_that_cannot_be_read_are_placed_as_they_came_and_named(
    llmcourse, course, solved, tmp_path
):
    broken = {"bob": b"", "eve": b"my answers", "zoe": solved[:900]}
    members = {f"{name}/{STEP}.ipynb": content for name, content in broken.items()}
    download = pack(tmp_path / "class.zip", {f"ada/{STEP}.ipynb": solved} | members)
    report = tmp_path / "rows.json"
    for state in ("new", "unchanged"):
        done = llmcourse("collect", download, STEP, "--root", course, "--json", report)
        assert done.returncode == 0, done.stderr
        named = done.stdout.split("\nCan't be read, so will get no grade: 3\n")[1].splitlines()
        assert named[0] == f"bob: The file is empty. File: bob/{STEP}.ipynb"
        assert [line.split(": ")[0] for line in named] == ["bob", "eve", "zoe"]
        rows = json.loads(report.read_text())["rows"]
        assert {row["state"] for row in rows} == {state}
        told = {row["student"]: row["unreadable"] for row in rows}
        assert told["ada"] is None
        assert told["bob"] == "The file is empty."
        assert "JSON" in told["eve"]
    for name, content in broken.items():
        assert files(course)[f"gradebook/submitted/{name}/{STEP}/{STEP}.ipynb"] == content


def test_a_bar_shows_how_far_a_large_class_is(llmcourse, course, tmp_path):
    members = {f"s{number}/{STEP}.ipynb": b"x" for number in range(51)}
    download = pack(tmp_path / "class.zip", members)
    done = llmcourse("collect", download, STEP, "--root", course, FORCE_COLOR="1")
    assert f"collecting {STEP}: s" in done.stderr
    assert "/51" in done.stderr


def test_the_courses_own_roster_is_used_if_it_is_there(llmcourse, course, solved, tmp_path):
    (course / "gradebook" / "roster.csv").write_text("student,canvas\nada,12345\n")
    download = pack(tmp_path / "class.zip", {f"x_12345_1_{STEP}.ipynb": solved})
    assert llmcourse("collect", download, STEP, "--root", course).returncode == 0
    assert f"gradebook/submitted/ada/{STEP}/{STEP}.ipynb" in files(course)


def test_the_kind_can_be_said(llmcourse, course, solved, tmp_path):
    download = pack(tmp_path / "class.zip", {f"ada_1_2_{STEP}.ipynb": solved})
    done = llmcourse("collect", download, STEP, "--root", course, "--from", "folder")
    assert done.returncode == 0, done.stderr
    assert f"gradebook/submitted/ada_1_2/{STEP}/{STEP}.ipynb" in files(course)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), r"A source and a problem set are needed.+llmcourse collect submissions\.zip"),
        (("nowhere.zip", STEP), "There is no file or folder nowhere.zip"),
        (("nowhere.zip", "1-tinny"), "no problem set '1-tinny'.+Did you mean 1-tiny"),
        (("nowhere.zip", STEP, "--from", "email"), "--from email is not known.+canvas, moodle"),
        (("nowhere.zip", STEP, "--roster", "none.csv"), "There is no file none.csv"),
        (("nowhere.zip", STEP, "--forget", "ada"), "--forget takes no source"),
        (("--forget", "ada"), "There is no folder"),
    ],
)
def test_what_cannot_be_carried_out_is_one_clear_error(llmcourse, course, arguments, message):
    done = llmcourse("collect", *arguments, "--root", course)
    assert done.returncode == 2
    assert re.search(message, done.stderr, re.S), done.stderr


def test_a_student_made_by_mistake_is_moved_away(llmcourse, course, solved, tmp_path):
    name = "$(touch x)"  # whoever copies the command into a shell must not run this
    members = {f"{student}/{STEP}.ipynb": solved for student in (name, "b")}
    llmcourse("collect", pack(tmp_path / "class.zip", members), STEP, "--root", course)
    done = llmcourse("collect", "--forget", name, "--root", course)
    assert done.returncode == 0, done.stderr
    assert "nbgrader db student remove '$(touch x)' --force" in done.stdout
    moved = f"forgotten/%24%28touch%20x%29/0001/submitted/{name}/{STEP}/{STEP}.ipynb"
    assert f"gradebook/{moved}" in files(course)
    assert not (course / "gradebook" / "submitted" / name).exists()
    assert (course / "gradebook" / "submitted" / "b").exists()


def command(root: Path, source: Path, before: Callable[[], None] | None = None) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "llmcourse", "collect", str(source), STEP],
        cwd=root,
        env=os.environ | {"COLUMNS": "120"},
        preexec_fn=before,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_full_disk_is_one_clear_error_and_the_same_command_goes_on(course, solved, tmp_path):
    large = solved + b" " * 2_000_000
    members = {f"a/{STEP}.ipynb": solved, f"b/{STEP}.ipynb": large, f"c/{STEP}.ipynb": solved}
    download = pack(tmp_path / "class.zip", members)

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    process = command(course, download, full)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2, out + err
    assert re.search(r"error: .+b/.+could not be written: .+\n +Free some disk space", err), err
    assert "Traceback" not in err
    submitted = course / "gradebook" / "submitted"
    assert [path.parent.name for path in sorted(submitted.glob("*/*"))] == ["a"]
    process = command(course, download)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert [path.parent.name for path in sorted(submitted.glob("*/*"))] == ["a", "b", "c"]
    assert (submitted / "b" / STEP / f"{STEP}.ipynb").read_bytes() == large


def test_killed_five_times_and_finished_gives_what_an_undisturbed_run_gives(
    course, solved, tmp_path
):
    def version(number: int) -> Path:
        members = {
            f"s{n}_{n}_{n}{number}_{STEP}.ipynb": solved + b" " * (number * 100 + n)
            for n in range(60)
        }
        return pack(tmp_path / f"{number}.zip", members)

    first, second = version(1), version(2)
    out, err = command(course, first).communicate(timeout=60)
    assert "60 of 60 placed" in out, err
    killed = shutil.copytree(course, tmp_path / "killed")
    out, err = command(course, second).communicate(timeout=60)
    assert "60 of 60 placed" in out, err
    undisturbed = files(course)
    chance = random.Random(0)
    replaced = killed / "gradebook" / "replaced" / STEP
    for number in range(5):
        process = command(killed, second)
        until = time.monotonic() + 60
        while len(list(replaced.glob("*/*"))) < 10 * number + 2 and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.01))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it ended before it was killed"
    last = command(killed, second)
    out, err = last.communicate(timeout=60)
    assert last.returncode == 0, err
    assert "unchanged" in out
    assert files(killed) == undisturbed


ROSTER = """\
Student,ID,SIS Login ID,Section
"Lovelace, Ada",12345,ada,1
"Hopper, =Grace",12346,grace,1
"""


def test_the_first_roster_is_kept_and_another_one_is_used_once(
    llmcourse, course, solved, released, tmp_path
):
    download = pack(tmp_path / "class.zip", {f"lovelaceada_12345_1_{STEP}.ipynb": solved})
    export, kept = tmp_path / "export.csv", course / "gradebook" / "roster.csv"
    export.write_text(ROSTER)
    arguments = ("collect", download, STEP, "--root", course)
    done = llmcourse(*arguments, "--roster", export, "--dry-run")
    assert (done.returncode, kept.exists()) == (0, False)
    done = llmcourse(*arguments, "--roster", export)
    assert done.returncode == 0, done.stderr
    assert "The roster is kept as" in done.stdout
    assert kept.read_text() == (
        "student,name,email,canvas,moodle,github\n"
        "lovelaceada-12345,Ada Lovelace,,12345,,\n"
        "hoppergrace-12346,'=Grace Hopper,,12346,,\n"
    )
    done = llmcourse(*arguments)
    assert "nothing placed: 1\nhoppergrace-12346" in done.stdout
    assert "roster.csv" not in done.stdout
    assert "The same roster is kept as" in llmcourse(*arguments, "--roster", export).stdout
    before = kept.read_bytes()
    export.write_text(ROSTER + '"Turing, Alan",12347,alan,1\n')
    done = llmcourse(*arguments, "--roster", export)
    assert "is another one and stays" in done.stdout
    assert "turingalan-12347" in done.stdout
    assert kept.read_bytes() == before


def test_the_archive_of_another_set_is_listed_with_exit_status_1(
    llmcourse, course, solved, tmp_path
):
    members = {"a_1_2_2-other.ipynb": solved, "b_2_3_2-other.ipynb": solved}
    done = llmcourse("collect", pack(tmp_path / "other.zip", members), STEP, "--root", course)
    assert done.returncode == 1
    assert "Not placed: 2\na (1): There is no notebook of 1-tiny, but" in done.stdout
    done = llmcourse(
        "collect", pack(tmp_path / "p.zip", {"a_1_2_x.pdf": b""}), STEP, "--root", course
    )
    assert done.returncode == 2
    assert "holds no notebook" in done.stderr
