"""`llmcourse grade`, as an instructor uses it: on a set of seconds, by the real grader."""

import dataclasses
import hashlib
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
import uuid
from pathlib import Path

import pytest

from llmcourse.grading.classroom.attempts import Attempts
from llmcourse.grading.problem_sets.bundle import bundle_of, read_bundle
from llmcourse.grading.problem_sets.tasks import read_set
from tests.grading.conftest import SOLVED, STEP, Learner, make_repository
from tests.grading.graders.dask_cluster import local_cluster, needs_dask

JOBS = ("--jobs", "2")
SANDBOX = [] if shutil.which("bwrap") else ["--no-sandbox"]


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> tuple[Path, bytes]:
    """A repository with the small set's bundle and an empty gradebook, and the set's release."""
    from llmcourse.grading.classroom.gradebook import Gradebook, configured
    from llmcourse.grading.problem_sets.release import files_of

    root = make_repository(tmp_path_factory.mktemp("released") / "course")
    contract = read_set(root / "solutions" / STEP)
    release = files_of(contract, root)[root / "exercises" / STEP / f"{STEP}.ipynb"]
    bundle = bundle_of(contract, json.loads(release))
    bundle.write(root / "gradebook" / "bundles" / f"{STEP}.json")
    Gradebook(configured(root), Attempts(root / "gradebook")).close()
    return root, release


@pytest.fixture
def course(tmp_path, released) -> Path:
    """A course with three students: all right, half right, no notebook."""
    root = tmp_path / "course"
    shutil.copytree(released[0], root)
    hand_in(root, released[1], "Zoë", SOLVED)
    hand_in(root, released[1], "bob", {"double": SOLVED["double"]})
    hand_in(root, released[1], "eve", {}).write_text("this is no notebook")
    return root


def hand_in(root: Path, release: bytes, student: str, solutions: dict[str, str]) -> Path:
    path = root / "gradebook" / "submitted" / student / STEP / f"{STEP}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    Learner(path, release).write(**solutions)
    return path


def test_help_ends_in_an_example_that_parses(llmcourse):
    shown = llmcourse("grade", "--help").stdout
    assert re.search(r"Example: llmcourse grade 3-decoding .+?\s*\Z", shown, re.S), shown


def test_a_class_is_graded_shown_and_left_alone_the_second_time(llmcourse, course, tmp_path):
    report = tmp_path / "grades.json"
    done = llmcourse("grade", STEP, "--root", course, *SANDBOX, "--json", report, "--jobs", "2")
    assert done.returncode == 1, done.stderr + done.stdout  # eve's could not be graded
    file = hashlib.sha256(
        (course / "gradebook" / "submitted" / "bob" / STEP / f"{STEP}.ipynb").read_bytes()
    ).hexdigest()
    assert re.search(r"Zoë +│ +5 │ +1 │", done.stdout), done.stdout
    assert re.search(rf"bob +│ +3 │ +1 │ {file[:12]} │", done.stdout)
    assert re.search(r"eve +│ +not graded │", done.stdout)
    assert "Not graded, which is not 0 points: 1\neve: " in done.stdout
    assert f"Pages for the learners: llmcourse feedback {STEP}" in done.stdout
    told = json.loads(report.read_text())
    assert told["max_score"] == 5
    students = {one["student"]: one for one in told["students"]}
    assert {name: one["points"] for name, one in students.items()} == {
        "Zoë": 5,
        "bob": 3,
        "eve": None,
    }
    assert students["bob"]["tasks"] == {"double": 3, "first": 0}
    assert (students["bob"]["file"], students["bob"]["sha256"]) == (file[:12], file)
    assert "<html" in Path(students["bob"]["feedback"]).read_text()
    (course / "gradebook" / "submitted" / "eve" / STEP / f"{STEP}.ipynb").unlink()
    again = llmcourse("grade", STEP, "--root", course, *SANDBOX, "--student", "bob")
    assert again.returncode == 0, again.stderr
    assert re.search(r"bob +│ +3 │ +1 │ \w{12} │ +as before", again.stdout)
    assert "Zoë" not in again.stdout


def test_regrade_keeps_the_older_result(llmcourse, course):
    arguments = ("grade", STEP, "--root", course, "--student", "bob", *SANDBOX)
    assert llmcourse(*arguments).returncode == 0
    older = (course / "gradebook" / "attempts" / STEP / "bob" / "0001" / "result.json").read_bytes()
    assert llmcourse(*arguments, "--regrade").returncode == 0
    attempt = Attempts(course / "gradebook").newest(STEP, "bob")
    assert (attempt.number, attempt.results) == (1, 2)
    assert (attempt.folder / "result.json").read_bytes() == older


def test_limits_are_options(llmcourse, course, released):
    slow = "import time\ndef double(x):\n    time.sleep(30)\n"
    hand_in(course, released[1], "bob", {"double": slow, "first": SOLVED["first"]})
    started = time.monotonic()
    arguments = ("--student", "bob", "--cell", "1", "--wall", "20", "--memory", "2", *SANDBOX)
    done = llmcourse("grade", STEP, "--root", course, *arguments)
    assert done.returncode == 0, done.stdout
    assert re.search(r"bob +│ +2 │", done.stdout), done.stdout
    assert time.monotonic() - started < 25


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1-tiney",), r"There is no problem set '1-tiney'.+Did you mean 1-tiny\? There is 1-tiny"),
        (("../x",), r"'\.\./x' is a path"),
        ((f"exercises/{STEP}/{STEP}.ipynb",), r"is a path; .+Did you mean 1-tiny\?"),
        ((STEP, "--submissions", "nowhere"), "There is no folder nowhere"),
        ((STEP, "--student", "bop"), "no student 'bop' among 3.+Did you mean 'bob'"),
        ((STEP, "--student", "xyz"), "no student 'xyz'.+Give the name of a folder"),
        ((STEP, "--dask", "tcp://x:1", "--jobs", "2"), "--jobs counts processes of this machine"),
        ((STEP, "--dask", "nowhere"), "no Dask scheduler at 'nowhere': missing port"),
    ],
)
def test_what_cannot_be_carried_out_is_one_clear_error(llmcourse, course, arguments, message):
    done = llmcourse("grade", "--root", course, *arguments)
    assert done.returncode == 2
    assert re.search(message, done.stderr, re.S), done.stderr
    assert not (course / "gradebook" / "attempts").exists()


@pytest.mark.parametrize("name", ["exercises", "solutions", "gradebook", "."])
def test_a_folder_of_the_course_is_no_class(llmcourse, course, name):
    done = llmcourse("grade", STEP, "--root", course, "--submissions", course / name)
    assert done.returncode == 2
    assert "is a folder of the course" in done.stderr
    assert not (course / "gradebook" / "attempts").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (f"submitted/bob/{STEP}/{STEP}.ipynb", r"is a notebook, not a folder.+llmcourse check \S+"),
        ("submitted/class.zip", r"is a file, not a folder .+llmcourse collect \S+class.zip 1-tiny"),
        (
            "submitted/bob",
            r"the folder of one student.+--submissions \S+submitted --student bob",
        ),
        ("by-set", rf"holds a folder 1-tiny, where one folder a student.+--submissions \S+/{STEP}"),
    ],
)
def test_a_folder_of_another_shape_is_told_from_a_class(llmcourse, course, given, message):
    gradebook = course / "gradebook"
    (gradebook / "submitted" / "class.zip").write_bytes(b"PK")
    shutil.copytree(gradebook / "submitted" / "bob", gradebook / "by-set" / STEP / "bob")
    done = llmcourse("grade", STEP, "--root", course, "--submissions", gradebook / given)
    assert done.returncode == 2
    assert re.search(message, done.stderr, re.S), done.stderr
    assert not (gradebook / "attempts").exists()


def test_a_bundle_older_than_its_sources_is_noticed(llmcourse, course):
    arguments = ("grade", STEP, "--root", course, *SANDBOX, "--student", "bob")
    assert "note:" not in llmcourse(*arguments).stderr
    contract = course / "solutions" / STEP / "tasks.toml"
    contract.write_text(contract.read_text() + "# easier\n")
    done = llmcourse(*arguments)
    assert done.returncode == 0
    assert re.search(r"note: solutions/1-tiny/tasks.toml changed .+llmcourse release", done.stderr)
    shutil.rmtree(course / "solutions")
    assert "note:" not in llmcourse(*arguments).stderr


def test_a_gradebook_that_goes_away_ends_with_one_clear_line_when_all_is_graded(llmcourse, course):
    from llmcourse.errors import UserError
    from llmcourse.grading.classroom.gradebook import Gradebook

    def away(self, *_):
        raise UserError("The gradebook is out of reach.", todo="Start its database.")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Gradebook, "merge", away)
        patch.setattr(Gradebook, "merge_all", away)
        done = llmcourse("grade", STEP, "--root", course, *SANDBOX, "--student", "bob")
    assert done.returncode == 1
    assert re.search(r"bob +│ +3 │", done.stdout)
    assert done.stderr.splitlines()[-1] == (
        "error: The gradebook is out of reach. Start its database."
    )
    assert grades(course) == []
    assert llmcourse("grade", STEP, "--root", course, "--student", "bob").returncode == 0
    assert len(grades(course)) == 4


def test_without_bubblewrap_it_refuses_and_says_how_to_get_it(llmcourse, course, tmp_path):
    done = llmcourse("grade", STEP, "--root", course, PATH=str(tmp_path))
    assert done.returncode == 2
    assert "sudo apt-get install bubblewrap" in done.stderr
    assert "--no-sandbox" in done.stderr


def test_what_a_student_is_called_cannot_command_the_terminal(llmcourse, course, released):
    hand_in(course, released[1], "[red]\x1b[2Jmallory", SOLVED)
    done = llmcourse("grade", STEP, "--root", course, *SANDBOX)
    assert "[red]\N{REPLACEMENT CHARACTER}[2Jmallory" in done.stdout
    assert "\x1b[2J" not in done.stdout


class Command:
    """The command in a process of its own, with a mark by which its descendants are found."""

    def __init__(self, root: Path, *options: str):
        self.root, self.mark = root, f"LLMCOURSE_TEST={uuid.uuid4().hex}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "llmcourse", "grade", STEP, *(options or JOBS), *SANDBOX],
            cwd=root,
            start_new_session=True,
            env=os.environ | dict([self.mark.split("=")]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for_attempts(self, number: int) -> None:
        """Until so many are kept, or it has ended."""
        until = time.monotonic() + 60
        while len(attempts(self.root)) < number and self.process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.01)

    def left_running(self) -> list[str]:
        """What still runs of it after a while."""
        until = time.monotonic() + 20
        while (found := self._running()) and time.monotonic() < until:
            time.sleep(0.1)
        return found

    def _running(self) -> list[str]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_text())
            except OSError:
                continue  # it has ended
        return found


def attempts(root: Path) -> list[Path]:
    return list((root / "gradebook" / "attempts").glob("*/*/[0-9]*/result.json"))


def kept(root: Path) -> dict[str, object]:
    """All files of the attempts and what formgrader shows, but for when they were made."""
    found: dict[str, object] = {}
    for folder in ("attempts", "autograded"):
        for path in sorted((root / "gradebook" / folder).rglob("*")):
            if path.is_file():
                content: object = path.read_bytes()
                if path.suffix == ".json":
                    content = json.loads(path.read_bytes()) | {"received": 0, "seconds": 0}
                found[str(path.relative_to(root))] = content
    return found


def grades(root: Path) -> list[tuple]:
    """What stands in nbgrader's gradebook, but for its random ids."""
    query = """
        select submitted_assignment.student_id, base_cell.name, grade.auto_score,
               grade.manual_score, grade.needs_manual_grade
        from grade join base_cell on base_cell.id = grade.cell_id
        join submitted_notebook on submitted_notebook.id = grade.notebook_id
        join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
    """
    db = sqlite3.connect(root / "gradebook" / "gradebook.db")
    try:
        return sorted(db.execute(query), key=repr)
    finally:
        db.close()


def class_of_eight(course: Path, release: bytes) -> None:
    for number in range(5):
        solutions = [SOLVED, {"double": SOLVED["double"]}, {}][number % 3]
        hand_in(course, release, f"student {number}", solutions)
    (course / "gradebook" / "key").write_bytes(b"k" * 32)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_killed_five_times_and_finished_gives_what_an_undisturbed_run_gives(
    course, released, tmp_path
):
    class_of_eight(course, released[1])
    killed = tmp_path / "killed"
    shutil.copytree(course, killed)
    undisturbed = Command(course)
    _, err = undisturbed.process.communicate(timeout=90)
    assert undisturbed.process.returncode == 1, err  # eve's file is no notebook
    assert len(attempts(course)) == 8
    chance = random.Random(0)
    for number in range(5):
        command = Command(killed)
        command.wait_for_attempts(number + 1)
        time.sleep(chance.uniform(0, 0.3))
        command.process.send_signal(signal.SIGKILL)
        command.process.communicate()
        assert command.left_running() == []
    last = Command(killed)
    last_out, err = last.process.communicate(timeout=90)
    assert last.process.returncode == 1, err
    assert kept(killed) == kept(course)
    assert grades(killed) == grades(course)
    assert len(grades(killed)) == 8 * 4
    assert "as before" in last_out
    assert last.left_running() == []


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(course, released):
    class_of_eight(course, released[1])
    command = Command(course)
    command.wait_for_attempts(2)
    command.process.send_signal(signal.SIGINT)
    out, err = command.process.communicate(timeout=60)
    assert command.process.returncode == 130, out + err
    assert "Traceback" not in err
    assert re.search(r"Stopped: \d+ graded now, 0 before, \d+ left\. .+ goes on from here", err)
    assert command.left_running() == []
    assert 2 <= len(attempts(course)) < 8


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize("seconds", [0.2, 0.5, 1.0, 2.0, 3.0])
def test_ctrl_c_in_the_first_seconds_is_one_line(course, released, seconds):
    bundle = course / "gradebook" / "bundles" / f"{STEP}.json"
    known = read_bundle(bundle)
    # So that what graders import takes its time.
    dataclasses.replace(known, setup=(*known.setup, "import torch")).write(bundle)
    class_of_eight(course, released[1])
    database = course / "gradebook" / "gradebook.db"
    database.unlink()
    command = Command(course)
    until = time.monotonic() + 60
    while not database.exists() and time.monotonic() < until:  # then graders are begun
        time.sleep(0.01)
    time.sleep(seconds)
    os.killpg(command.process.pid, signal.SIGINT)  # as a terminal does: all of them get it
    out, err = command.process.communicate(timeout=60)
    assert command.process.returncode == 130, out + err
    assert re.fullmatch(r"\s*Stopped[^\n]+\s*", err), err
    assert command.left_running() == []


@needs_dask
def test_on_a_cluster_the_same_command_gives_the_same(course, released, tmp_path):
    with local_cluster(tmp_path, 1, preload="") as cluster:
        command = Command(course, "--dask", cluster.address)
        out, err = command.process.communicate(timeout=90)
        assert command.process.returncode == 1, err  # eve's file is no notebook
        assert re.search(r"Zoë +│ +5 │ +1 │.+bob +│ +3 │ +1 │", out, re.S), out
        assert re.fullmatch(r"\s*", err), err


@needs_dask
def test_ctrl_c_while_a_cluster_grades_is_one_line(course, released, tmp_path):
    slow = "import time\ntime.sleep(12)\n" + SOLVED["double"]
    for student in ("Zoë", "bob", "eve"):
        hand_in(course, released[1], student, {"double": slow})
    with local_cluster(tmp_path, 1, preload="") as cluster:
        command = Command(course, "--dask", cluster.address)
        time.sleep(6)
        os.killpg(command.process.pid, signal.SIGINT)
        out, err = command.process.communicate(timeout=60)
    assert command.process.returncode == 130, out + err
    assert re.fullmatch(r"\s*Stopped before anything new was graded; [^\n]+\s*", err), err
    assert command.left_running() == []


def test_two_graders_at_once_give_each_submission_one_attempt(course, released):
    class_of_eight(course, released[1])
    both = [Command(course), Command(course)]
    for command in both:
        out, err = command.process.communicate(timeout=120)
        assert command.process.returncode == 1, out + err  # eve's file is no notebook
    store = Attempts(course / "gradebook")
    newest = [store.newest(STEP, student) for student in store.students(STEP)]
    assert [(one.number, one.results) for one in newest] == [(1, 1)] * 8
    assert len(grades(course)) == 8 * 4
    assert {name: score for name, test, score, *_ in grades(course) if test == "double-hidden"} == {
        **{"Zoë": 1, "bob": 1, "eve": None},
        **{f"student {n}": (1, 1, 0)[n % 3] for n in range(5)},
    }
