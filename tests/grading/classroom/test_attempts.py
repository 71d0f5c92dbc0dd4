"""The history of attempts: only ever added to, whole or not there."""

import hashlib
import json
import multiprocessing
import stat
import subprocess
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempt, Attempts, Graded, HandedIn, folder_name
from llmcourse.grading.submission import result as results
from llmcourse.grading.submission.result import Result

STEP = "1-tiny"


def result(sha256: str, *, points: float = 2, bundle: str = "b1") -> Result:
    test = results.TestResult(points > 0, float(points), 2.0, "passed" if points else "not yet")
    task = results.TaskResult("double", "Double", test, test)
    return Result(STEP, sha256, bundle, "seed", (task,))


def file(text: str) -> HandedIn:
    content = text.encode()
    return HandedIn("1-tiny.ipynb", hashlib.sha256(content).hexdigest(), content)


def record(
    store: Attempts, text: str, *, student: str = "ada", points: float = 2, **more
) -> Attempt:
    handed_in = file(text)
    given = result(handed_in.sha256, points=points, bundle=more.pop("bundle", "b1"))
    graded = Graded(given, lambda number: f"attempt {number}: {points}", f"for {text}")
    return store.record(STEP, student, handed_in, graded, **more)


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.fixture
def store(tmp_path) -> Attempts:
    return Attempts(tmp_path / "gradebook")


def test_an_attempt_is_a_folder_with_all_that_belongs_to_it(store):
    attempt = record(store, "one")
    assert attempt.folder == store.gradebook / "attempts" / STEP / "ada" / "0001"
    assert set(files(attempt.folder)) == {
        "attempt.json",
        "feedback.html",
        "graded.ipynb",
        "result.json",
        "submitted.ipynb",
    }
    assert attempt.submitted.read_text() == "one"
    assert attempt.feedback.read_text() == "attempt 1: 2"
    assert attempt.notebook.read_text() == "for one"
    assert attempt.result == result(file("one").sha256)
    assert (attempt.number, attempt.student, attempt.name) == (1, "ada", "1-tiny.ipynb")
    assert attempt == store.newest(STEP, "ada")


def test_the_newest_by_order_of_arrival_counts_and_all_are_kept(store):
    for text, points in (("a", 2), ("b", 1), ("c", 0)):
        record(store, text, points=points)
    assert [one.number for one in store.of(STEP, "ada")] == [1, 2, 3]
    assert [one.result.points for one in store.of(STEP, "ada")] == [4, 2, 0]
    assert store.newest(STEP, "ada").result.points == 0  # fewer points, and newer


def test_ten_thousand_attempts_are_still_in_order(store):
    first = record(store, "a")
    first.folder.rename(first.folder.with_name("9999"))
    assert store.newest(STEP, "ada").number == 9999
    (first.folder.with_name("10000")).mkdir()
    for name, content in files(first.folder.with_name("9999")).items():
        (first.folder.with_name("10000") / name).write_bytes(content)
    assert store.newest(STEP, "ada").number == 10_000
    assert record(store, "b").number == 10_001


def test_the_same_bytes_by_the_same_bundle_change_nothing(store):
    record(store, "a")
    before = files(store.gradebook)
    again = record(store, "a", points=0)
    assert again.number == 1
    assert again.result.points == 4
    assert files(store.gradebook) == before
    sha256 = file("a").sha256
    assert store.needs_grading(STEP, "ada", sha256, "b1") == (False, again)
    assert store.needs_grading(STEP, "ada", sha256, "b2") == (True, again)
    assert store.needs_grading(STEP, "ada", file("b").sha256, "b1") == (True, again)
    assert store.needs_grading(STEP, "bob", sha256, "b1") == (True, None)


def test_an_old_file_handed_in_again_is_the_newest_attempt(store):
    for text, points in (("a", 2), ("b", 1)):
        record(store, text, points=points)
    again = record(store, "a", points=2)
    assert again.number == 3
    assert store.newest(STEP, "ada").sha256 == file("a").sha256


def test_a_regrade_adds_a_result_and_changes_no_older_one(store):
    first = record(store, "a", points=2)
    before = files(first.folder)
    for points, number in ((1, 2), (0, 3)):
        again = record(store, "a", points=points, regrade=True)
        assert (again.number, again.results) == (1, number)
        assert again.result.points == 2 * points
        assert again.feedback.name == f"feedback-{number}.html"
        assert again.feedback.read_text() == f"attempt 1: {points}"
    after = files(first.folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {
        "feedback-2.html",
        "feedback-3.html",
        "graded-2.ipynb",
        "graded-3.ipynb",
        "result-2.json",
        "result-3.json",
    }


def test_another_bundle_grades_the_same_attempt_again(store):
    record(store, "a", points=2)
    again = record(store, "a", points=1, bundle="b2")
    assert (again.number, again.results, again.result.points) == (1, 2, 2)
    assert again.result.bundle == "b2"


def test_a_file_too_large_to_keep_leaves_its_hash(store):
    sent = HandedIn("big.ipynb", "f" * 64, None)
    refused = Result(STEP, "f" * 64, "b1", "seed", (), refused="It is too large.")
    attempt = store.record(STEP, "ada", sent, Graded(refused, lambda number: "too large", "{}"))
    assert not attempt.submitted.exists()
    assert attempt.sha256 == "f" * 64
    assert attempt.result.refused == "It is too large."


def test_what_a_killed_grader_left_is_removed_and_what_is_whole_stays(store):
    attempt = record(store, "a")
    before = files(store.gradebook)
    half = attempt.folder.with_name(".0002.tmp")
    half.mkdir()
    (half / "submitted.ipynb").write_text("half")
    (attempt.folder / ".result-2.json.x1y2.tmp").write_text("{")
    assert store.newest(STEP, "ada").number == 1
    assert store.students(STEP) == ["ada"]
    store.tidy(STEP)
    assert files(store.gradebook) == before
    half.mkdir()
    (half / "other").write_text("half")
    assert record(store, "b").number == 2
    assert set(files(attempt.folder.with_name("0002"))) == set(files(attempt.folder))


def test_a_failed_write_leaves_nothing(store):
    def page(number):
        raise UserError("The disk is full.", todo="Make room.")

    graded = Graded(result(file("a").sha256), page, "{}")
    with pytest.raises(UserError, match="disk is full"):
        store.record(STEP, "ada", file("a"), graded)
    assert files(store.gradebook) == {}
    assert store.newest(STEP, "ada") is None


def _grade(arguments: tuple[str, str, bool]) -> int:
    folder, text, regrade = arguments
    return record(Attempts(Path(folder)), text, regrade=regrade).number


@pytest.mark.parametrize("regrade", [False, True])
def test_graders_at_once_never_take_one_number(store, regrade):
    texts = [f"file {number}" for number in range(12)] if not regrade else ["a"] * 12
    work = [(str(store.gradebook), text, regrade) for text in texts]
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        numbers = list(pool.map(_grade, work))
    attempts = store.of(STEP, "ada")
    if regrade:
        assert numbers == [1] * 12
        assert attempts[0].results == 12
        assert len(list(attempts[0].folder.glob("feedback*.html"))) == 12
    else:
        assert sorted(numbers) == list(range(1, 13))
        assert {one.submitted.read_text() for one in attempts} == set(texts)
    assert not list(store.gradebook.rglob(".*"))


def test_the_same_file_by_two_graders_at_once_is_one_attempt(store):
    work = [(str(store.gradebook), "a", False)] * 8
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        assert list(pool.map(_grade, work)) == [1] * 8
    assert store.newest(STEP, "ada").results == 1


@given(st.text(min_size=1, max_size=20))
def test_a_name_becomes_a_folder_and_a_folder_the_name(name):
    safe = folder_name(name)
    assert unquote(safe, errors="surrogatepass") == name
    assert "/" not in safe
    assert "\0" not in safe
    assert not safe.startswith(".")


@pytest.mark.parametrize("student", ["../x", "..", ".", "/etc", "a/b", ".hidden", "Zoë", "王 小明"])
def test_no_name_leads_out_of_the_folder(store, student):
    attempt = record(store, "a", student=student)
    inside = store.gradebook / "attempts" / STEP
    assert attempt.folder.resolve().parent.parent == inside.resolve()
    assert store.students(STEP) == [student]
    assert store.newest(STEP, student) == attempt


@pytest.mark.parametrize(("name", "message"), [("", "is empty"), ("王" * 80, "too long")])
def test_a_name_that_no_folder_can_have_is_refused(name, message):
    with pytest.raises(UserError, match=message):
        folder_name(name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("attempt.json", "{"),
        ("attempt.json", '{"format": 99}'),
        ("attempt.json", "[]"),
        ("result.json", ""),
        ("result.json", '{"tasks": 3}'),
    ],
)
def test_a_damaged_file_is_named(store, name, content):
    attempt = record(store, "a")
    (attempt.folder / name).write_text(content)
    with pytest.raises(UserError, match=rf"{name} is damaged"):
        store.needs_grading(STEP, "ada", attempt.sha256, "b1")


def test_the_seed_belongs_to_the_course_the_student_and_the_file(store, tmp_path):
    seed = store.seed(STEP, "ada", "00")
    assert len(bytes.fromhex(seed)) == 32
    assert Attempts(store.gradebook).seed(STEP, "ada", "00") == seed
    others = {
        store.seed(STEP, "bob", "00"),
        store.seed(STEP, "ada", "01"),
        store.seed("2-other", "ada", "00"),
        Attempts(tmp_path / "other").seed(STEP, "ada", "00"),
    }
    assert len(others | {seed}) == 5
    key = store.gradebook / "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.write_bytes(b"short")
    with pytest.raises(UserError, match="is not a key"):
        Attempts(store.gradebook).seed(STEP, "ada", "00")


def test_a_key_that_is_gone_is_never_made_anew_without_a_word(store):
    key = store.gradebook / "key"
    store.seed(STEP, "ada", "00")
    key.unlink()
    Attempts(store.gradebook).seed(STEP, "ada", "00")  # nothing is graded: a new one will do
    record(store, "a")
    seed = Attempts(store.gradebook).seed(STEP, "ada", "00")
    copy = key.read_bytes()
    key.unlink()
    with pytest.raises(UserError, match="is missing, and there are attempts") as raised:
        Attempts(store.gradebook).seed(STEP, "bob", "00")
    assert not key.exists()
    key.write_bytes(copy)
    assert Attempts(store.gradebook).seed(STEP, "ada", "00") == seed
    key.unlink()
    command = str(raised.value).split("`")[1]
    subprocess.run(command, shell=True, check=True)
    assert Attempts(store.gradebook).seed(STEP, "ada", "00") != seed
    assert store.newest(STEP, "ada").result.points == 4  # all grades stay


def test_a_key_that_can_not_be_read_is_one_clear_error(store):
    (store.gradebook / "key").mkdir(parents=True)
    with pytest.raises(UserError, match="key can't be read"):
        store.seed(STEP, "ada", "00")


def _seed(folder: str) -> str:
    return Attempts(Path(folder)).seed(STEP, "ada", "00")


def test_graders_at_once_make_one_key(store):
    with ProcessPoolExecutor(4, multiprocessing.get_context("spawn")) as pool:
        seeds = list(pool.map(_seed, [str(store.gradebook)] * 8))
    assert len(set(seeds)) == 1


def test_a_place_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "gradebook").write_text("a file")
    with pytest.raises(UserError, match="could not be made"):
        record(Attempts(tmp_path / "gradebook"), "a")


def test_what_is_kept_is_plain_json(store):
    attempt = record(store, "a")
    kept = json.loads((attempt.folder / "attempt.json").read_text())
    assert (kept["step"], kept["student"], kept["sha256"]) == (STEP, "ada", attempt.sha256)
