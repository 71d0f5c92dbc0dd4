"""A class: graded side by side, kept as it comes, and no submission lost with a grader."""

import dataclasses
import json
import multiprocessing
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom import grade
from llmcourse.grading.classroom.attempts import Attempts
from llmcourse.grading.classroom.grade import NotMerged, Outcome, grade_class
from llmcourse.grading.classroom.gradebook import Gradebook
from llmcourse.grading.classroom.submissions import Submission, find
from llmcourse.grading.graders import processes
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.sandbox.limits import Limits
from tests.grading.classroom.stand_in import grade_one as stand_in
from tests.grading.conftest import SOLVED, STEP, Learner


@pytest.fixture
def bundle(root, released_bytes) -> Bundle:
    return bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))


class Course:
    """A class, and what it hands in."""

    def __init__(self, root: Path, bundle: Bundle, released: bytes):
        self.root, self.bundle, self.released = root, bundle, released
        self.store = Attempts(root / "gradebook")

    def hand_in(self, student: str, order: str = "points=all") -> Path:
        """A release in which the stand-in's orders are written."""
        path = self.root / "gradebook" / "submitted" / student / STEP / f"{STEP}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        Learner(path, self.released).add(f"# {order}")
        return path

    def submissions(self) -> list[Submission]:
        return find(self.root / "gradebook" / "submitted", STEP)

    def grade(self, **options) -> list[Outcome]:
        options = {"grader": stand_in, "jobs": 2} | options
        return grade_class(self.submissions(), self.bundle, self.store, **options)

    def points(self, outcomes: list[Outcome]) -> dict[str, float | None]:
        return {one.student: one.result and one.result.points for one in outcomes}


@pytest.fixture
def course(root, bundle, released_bytes) -> Course:
    return Course(root, bundle, released_bytes)


def test_a_class_is_graded_kept_and_graded_once(course):
    students = [f"student {number}" for number in range(7)]
    for number, student in enumerate(students):
        course.hand_in(student, "points=all" if number % 2 else "")
    told = []
    outcomes = course.grade(on_progress=lambda done, of, one: told.append((done, of, one.student)))
    assert [one.student for one in outcomes] == students  # in the order of the folder
    assert course.points(outcomes) == {s: 5 * (n % 2) for n, s in enumerate(students)}
    assert [(done, of) for done, of, _ in told] == [(done, 7) for done in range(1, 8)]
    assert {student for _, _, student in told} == set(students)
    for one in outcomes:
        assert one.graded
        assert one.is_new
        assert one.attempt == course.store.newest(STEP, one.student)
        assert one.attempt.result == one.result
        assert "cell" in one.attempt.notebook.read_text()
        assert one.result.seed == course.store.seed(STEP, one.student, one.attempt.sha256)
    again = course.grade(grader=None)  # the real one isn't called either
    assert not any(one.is_new for one in again)
    assert course.points(again) == course.points(outcomes)
    assert {one.attempt.number for one in again} == {1}
    assert {one.attempt.results for one in again} == {1}


def test_what_a_killed_run_left_is_gone_after_the_next(course):
    course.hand_in("ada")
    (one,) = course.grade()
    half = one.attempt.folder.with_name(".0002.tmp")
    half.mkdir()
    (half / "submitted.ipynb").write_text("half")
    course.grade()
    assert not half.exists()


def test_each_has_a_process_of_its_own_with_one_thread(course, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    for number in range(4):
        course.hand_in(f"s{number}")
    outcomes = course.grade()
    assert len({one.result.notes[-2] for one in outcomes}) == 4  # its pid
    assert {one.result.notes[-1] for one in outcomes} == {"threads 1"}


def test_a_newer_file_is_a_new_attempt_and_counts(course):
    course.hand_in("ada")
    assert course.points(course.grade()) == {"ada": 5}
    course.hand_in("ada", "")
    (newer,) = course.grade()
    assert (newer.attempt.number, newer.result.points) == (2, 0)
    assert [one.result.points for one in course.store.of(STEP, "ada")] == [5, 0]


def test_a_regrade_adds_a_result(course):
    course.hand_in("ada")
    course.grade()
    (again,) = course.grade(regrade=True)
    assert again.is_new
    assert (again.attempt.number, again.attempt.results) == (1, 2)


def test_which_of_several_files_was_graded_stands_in_the_result(course):
    path = course.hand_in("ada")
    path.with_name(f"{STEP} (1).ipynb").write_bytes(path.read_bytes())
    for outcomes in (course.grade(), course.grade()):
        note = "Of several notebooks '1-tiny.ipynb' was graded, not '1-tiny (1).ipynb'."
        assert outcomes[0].notes[0] == outcomes[0].result.notes[0] == note
        assert outcomes[0].notes.count(note) == 1
        assert "1-tiny (1).ipynb" in outcomes[0].attempt.feedback.read_text()


def test_changed_tests_grade_what_is_there_again_and_say_so(course):
    course.hand_in("ada")
    course.grade()
    course.bundle = dataclasses.replace(course.bundle, title="Tiny, second edition")
    (again,) = course.grade()
    assert again.is_new
    assert again.notes[0] == grade.CHANGED
    assert (again.attempt.number, again.attempt.results) == (1, 2)
    assert again.result.bundle == course.bundle.sha256


def test_what_could_not_be_graded_is_not_zero_and_does_not_stop_the_others(course):
    course.hand_in("ada")
    course.hand_in("raises", "order=raise")
    course.hand_in("refused", "order=refuse")
    (course.root / "gradebook" / "submitted" / "empty").mkdir()
    outcomes = {one.student: one for one in course.grade()}
    assert {student for student, one in outcomes.items() if one.graded} == {"ada"}
    assert "ZeroDivisionError: a defect of the grader" in outcomes["raises"].problem
    assert outcomes["raises"].attempt is None  # the next run tries again
    assert outcomes["refused"].problem == "It is no notebook."
    assert outcomes["refused"].attempt.number == 1  # kept: it was handed in
    assert "There is no notebook of 1-tiny" in outcomes["empty"].problem


@pytest.mark.parametrize("jobs", [1, 3])
@pytest.mark.parametrize("order", ["order=die", "points=all order=die-once"])
def test_a_grader_that_dies_loses_no_submission(course, tmp_path, order, jobs):
    for number in range(6):
        course.hand_in(f"s{number}")
    course.hand_in("s1", f"{order} {tmp_path}/once")
    outcomes = {one.student: one for one in course.grade(jobs=jobs)}
    dying = outcomes.pop("s1")
    if "once" in order:
        assert (tmp_path / "once").exists()
        assert (dying.problem, dying.result.points) == ("", 5)
    else:
        assert (dying.problem, dying.attempt) == (processes.DIED, None)
    assert len(outcomes) == 5
    for one in outcomes.values():
        assert one.graded
        assert (one.attempt.number, one.attempt.results) == (1, 1)


def test_a_grader_that_hangs_is_ended(course, monkeypatch):
    monkeypatch.setattr(processes, "GRACE", 1.0)
    course.hand_in("ada")
    course.hand_in("bob", "order=hang")
    ada, bob = course.grade(limits=Limits(wall=0.1))
    assert ada.graded
    assert bob.problem == processes.DIED


def test_files_wait_on_the_disk_and_not_in_memory(course, monkeypatch):
    for number in range(12):
        course.hand_in(f"s{number:02}")
    read, most, ended = 0, 0, 0
    whole = grade._read

    def counted(*arguments):
        nonlocal read, most
        read += 1
        most = max(most, read - ended)
        return whole(*arguments)

    def on_progress(done, of, outcome):
        nonlocal ended
        ended = done

    monkeypatch.setattr(grade, "_read", counted)
    course.grade(jobs=2, on_progress=on_progress)
    assert (read, ended) == (12, 12)
    assert most <= 2 * 2 + 1


def test_a_file_too_large_to_read_is_refused_and_its_hash_kept(course, monkeypatch):
    path = course.hand_in("ada")
    size = path.stat().st_size
    monkeypatch.setattr(grade, "LARGEST", size)
    assert course.grade()[0].graded
    path.write_bytes(path.read_bytes() + b" ")
    (large,) = course.grade()
    assert "Clear the notebook's outputs" in large.problem
    assert large.attempt.number == 2
    assert not large.attempt.submitted.exists()
    assert large.result.tasks == ()
    (again,) = course.grade()
    assert not again.is_new
    assert not again.graded


def test_a_file_that_is_gone_when_it_is_its_turn_is_reported(course):
    course.hand_in("ada")
    gone = course.hand_in("bob")
    submissions = course.submissions()
    gone.unlink()
    ada, bob = grade_class(submissions, course.bundle, course.store, grader=stand_in, jobs=1)
    assert ada.graded
    assert "can't be read: No such file" in bob.problem


def test_damaged_history_is_that_students_problem_alone(course):
    course.hand_in("ada")
    course.hand_in("bob")
    course.grade()
    (course.store.newest(STEP, "bob").folder / "attempt.json").write_text("{")
    ada, bob = course.grade()
    assert ada.graded
    assert "attempt.json is damaged" in bob.problem


class Merging(Gradebook):
    """A gradebook that can be out of reach."""

    def __init__(self, failures: int):
        self.failures, self.merged, self.all = failures, [], 0

    def merge(self, bundle, student):
        self._fail()
        self.merged.append(student)
        return True

    def merge_all(self, bundle):
        self._fail()
        self.all += 1
        return 0

    def _fail(self):
        if self.all and self.failures:
            self.failures -= 1
            raise UserError("The gradebook is locked.", todo="Wait.")


def test_a_gradebook_that_is_locked_for_a_moment_is_caught_up_with(course):
    for name in ("ada", "bob", "eve"):
        course.hand_in(name)
    book = Merging(failures=1)
    assert all(one.graded for one in course.grade(gradebook=book))
    assert book.merged == []  # it is asked for once, not for each of the class
    assert book.all == 2  # once at the start, once for those that were missed


def test_a_gradebook_that_goes_away_stops_nobody(course):
    for name in ("ada", "bob", "eve"):
        course.hand_in(name)
    book = Merging(failures=9)
    with pytest.raises(NotMerged, match=r"gradebook is locked\. Wait") as raised:
        course.grade(gradebook=book)
    assert course.points(raised.value.outcomes) == {"ada": 5, "bob": 5, "eve": 5}
    assert course.store.newest(STEP, "eve").result.points == 5
    assert book.failures == 9 - 2  # it was tried once while grading, and once at the end


def test_a_gradebook_that_is_away_from_the_start_stops_nobody(course):
    course.hand_in("ada")
    book = Merging(failures=9)
    book.all = 1  # from now on it fails
    with pytest.raises(NotMerged) as raised:
        course.grade(gradebook=book)
    assert course.points(raised.value.outcomes) == {"ada": 5}
    book.failures = 0
    course.grade(gradebook=book)  # the next command merges what is missing
    assert book.all == 2


def test_stopping_it_ends_every_process(course):
    for number in range(4):
        course.hand_in(f"s{number}", "points=all" if number == 0 else "order=hang")

    def stop(done, of, outcome):
        raise KeyboardInterrupt

    before = set(multiprocessing.active_children())
    with pytest.raises(KeyboardInterrupt):
        course.grade(on_progress=stop)
    assert set(multiprocessing.active_children()) == before
    assert course.store.newest(STEP, "s0") is not None


def test_the_real_grader_with_the_sets_own_solutions(course):
    path = course.hand_in("ada", "")
    Learner(path, course.released).write(**SOLVED)
    half = course.hand_in("bob", "")
    Learner(half, course.released).write(double=SOLVED["double"])
    course.hand_in("eve", "").write_bytes(b"\x00 no notebook")
    ada, bob, eve = course.grade(grader=None, sandbox=False)
    assert (ada.result.points, bob.result.points) == (5, 3)
    assert not eve.graded
    assert "return 2 * x" in ada.attempt.notebook.read_text()
