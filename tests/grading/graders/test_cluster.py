"""Grading on a cluster: the same grades as here, each once, whatever becomes of its workers."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.attempts import Attempts
from llmcourse.grading.classroom.grade import Outcome, grade_class
from llmcourse.grading.classroom.submissions import find
from llmcourse.grading.graders import cluster as course_side
from llmcourse.grading.graders import worker
from llmcourse.grading.graders.child import Child
from llmcourse.grading.graders.cluster import DaskGraders
from llmcourse.grading.graders.processes import Graders, Work
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.sandbox.limits import Limits
from tests.grading.conftest import SOLVED, STEP, Learner
from tests.grading.graders.dask_cluster import SAME, Cluster, local_cluster, needs_dask

pytestmark = needs_dask

LIMITS = Limits(wall=20, cell=5)
WHOLE = worker.code_hash.__wrapped__  # not cached
FOREVER = "while True:\n    pass\n"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory) -> Iterator[Cluster]:
    """Two workers that no test harms."""
    with local_cluster(tmp_path_factory.mktemp("cluster"), 2) as running:
        yield running


@pytest.fixture(autouse=True)
def same_code(monkeypatch) -> None:
    monkeypatch.setattr(worker, "code_hash", lambda: SAME)


@pytest.fixture
def bundle(root, released_bytes) -> Bundle:
    return bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))


@pytest.fixture
def hand_in(root, released_bytes):
    def write(student: str, number: int = 0, **solutions: str) -> bytes:
        path = root / "gradebook" / "submitted" / student / STEP / f"{STEP}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        Learner(path, released_bytes).add(f"# {number}").write(**solutions)
        return path.read_bytes()

    return write


def on(address: str, bundle: Bundle, limits: Limits = LIMITS) -> DaskGraders:
    return DaskGraders(address, bundle, limits, False)  # the sandbox has tests of its own


def children(of: list[int] | None = None) -> set[int]:
    """The processes that grade for Dask, or those of them that are children of some."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"llmcourse.grading.graders.child" in (process / "cmdline").read_bytes():
                parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
                if of is None or parent in of:
                    found.add(int(process.name))
        except OSError:
            continue  # it has ended
    return found


def wait_until(true, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < until:
        time.sleep(0.05)
    return bool(found)


def test_forty_submissions_one_worker_killed_forty_results_the_same_as_by_processes(
    root, bundle, hand_in, tmp_path
):
    for number in range(40):
        solutions = [SOLVED, {"double": SOLVED["double"]}, {}][number % 3]
        hand_in(f"s{number:02}", number, **solutions)
    submissions = find(root / "gradebook" / "submitted", STEP)
    told: list[str] = []

    with local_cluster(tmp_path, 2) as running:

        def kill_one(done: int, of: int, outcome: Outcome) -> None:
            told.append(outcome.student)
            if done == 12:
                os.kill(running.workers[0], signal.SIGKILL)

        with on(running.address, bundle) as engine:
            here = Attempts(root / "dask")
            there = grade_class(submissions, bundle, here, engine=engine, on_progress=kill_one)
    assert len(told) == len(set(told)) == 40
    assert [one.problem for one in there] == [""] * 40
    assert {(one.attempt.number, one.attempt.results) for one in there} == {(1, 1)}

    (root / "processes").mkdir()
    (root / "processes" / "key").write_bytes((root / "dask" / "key").read_bytes())
    by_processes = Attempts(root / "processes")
    local = grade_class(submissions, bundle, by_processes, limits=LIMITS, sandbox=False, jobs=2)

    def timeless(outcome: Outcome) -> dict:
        text = outcome.attempt.folder.joinpath("result.json").read_text()
        return json.loads(text) | {"seconds": 0}

    assert [timeless(one) for one in there] == [timeless(one) for one in local]
    assert [one.result.points for one in there[:3]] == [5, 3, 0]
    for ours, theirs in zip(there, local, strict=True):
        assert ours.attempt.notebook.read_bytes() == theirs.attempt.notebook.read_bytes()


def test_all_workers_killed_at_once_lose_the_bundle_and_no_submission(bundle, hand_in, tmp_path):
    works = [Work(n, hand_in(f"s{n}", n, **SOLVED), "5eed") for n in range(12)]
    with local_cluster(tmp_path, 2) as running, on(running.address, bundle) as engine:
        answers = []
        for work, answer in engine.graded(works):
            answers.append((work.place, answer.problem))
            if len(answers) == 3:
                for pid in running.workers:
                    os.kill(pid, signal.SIGKILL)
    assert sorted(answers) == [(n, "") for n in range(12)]


def test_one_submission_blocks_and_poisons_no_worker(cluster, bundle, hand_in):
    exits = "import os\ndef double(x):\n    os._exit(0)\n"
    forever = f"def double(x):\n    {FOREVER.replace(chr(10), chr(10) + '    ')}"
    works = [
        Work(0, hand_in("a", 0, double=exits, first=SOLVED["first"]), "5eed"),
        Work(1, hand_in("b", 1, double=forever, first=SOLVED["first"]), "5eed"),
        *(Work(n, hand_in("c", n, **SOLVED), "5eed") for n in range(2, 8)),
    ]
    with on(cluster.address, bundle, Limits(wall=4, cell=1)) as engine:
        points = {
            work.place: sum(
                test["points"]
                for task in json.loads(answer.result)["tasks"]
                for test in (task["visible"], task["hidden"])
            )
            for work, answer in engine.graded(works)
        }
    assert points == {0: 2, 1: 2} | dict.fromkeys(range(2, 8), 5)
    assert wait_until(lambda: not children(cluster.workers))


def test_a_child_that_dies_is_replaced(cluster, bundle, hand_in):
    works = [Work(n, hand_in("a", n, **SOLVED), "5eed") for n in range(8)]
    with on(cluster.address, bundle) as engine:
        ended = []
        for work, answer in engine.graded(works):
            ended.append((work.place, answer.problem))
            if len(ended) == 2:
                for pid in children(cluster.workers):
                    os.kill(pid, signal.SIGKILL)
    assert sorted(ended) == [(n, "") for n in range(8)]


def test_stopping_it_leaves_nothing_running_on_the_workers(cluster, bundle, hand_in):
    slow = "import time\ntime.sleep(15)\n" + SOLVED["double"]
    works = [Work(n, hand_in("a", n, double=slow), "5eed") for n in range(4)]

    def stopped() -> Iterator[Work]:
        yield from works
        assert wait_until(lambda: len(children(cluster.workers)) == 2)
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), on(cluster.address, bundle) as engine:  # noqa: PT012
        engine._room = lambda: 9
        list(engine.graded(stopped()))
    assert wait_until(lambda: not children(cluster.workers), 8)
    assert time.monotonic() - started < 15
    # … and the cluster goes on for others.
    with on(cluster.address, bundle) as engine:
        ((_, answer),) = engine.graded([Work(0, hand_in("b", 9, **SOLVED), "5eed")])
    assert answer.problem == ""


def test_a_cluster_without_workers_is_waited_for_and_then_an_error(
    bundle, hand_in, tmp_path, monkeypatch
):
    monkeypatch.setattr(course_side, "ALONE", 3.0)
    monkeypatch.setattr(course_side, "LOOK", 0.5)
    monkeypatch.setattr(course_side, "CONNECT", 5.0)
    works = [Work(n, hand_in("a", n, **SOLVED), "5eed") for n in range(9)]
    with local_cluster(tmp_path, 1) as running:
        ended = []

        def grade() -> None:
            with on(running.address, bundle) as engine:
                for work, _ in engine.graded(works):
                    ended.append(work.place)
                    running.scale(0)

        with pytest.raises(UserError, match=r"has no worker any more.+is kept"):
            grade()
        assert 1 <= len(ended) < 9
        with pytest.raises(UserError, match=r"has no worker\. Start one.+dask worker tcp://"):
            on(running.address, bundle).__enter__()


def test_a_scheduler_that_goes_away_is_one_clear_error(bundle, hand_in, tmp_path, monkeypatch):
    monkeypatch.setattr(course_side, "CONNECT", 3.0)
    monkeypatch.setattr(course_side, "LOOK", 0.5)
    works = [Work(n, hand_in("a", n, **SOLVED), "5eed") for n in range(9)]
    with local_cluster(tmp_path, 1) as running:

        def grade() -> None:
            with on(running.address, bundle) as engine:
                for _ in engine.graded(works):
                    os.kill(running.scheduler, signal.SIGKILL)

        with pytest.raises(UserError, match=r"cluster at tcp://.+ (is lost|no worker)"):
            grade()
    assert wait_until(lambda: not children(running.workers))


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("nowhere", "missing port"),
        ("tcp://127.0.0.1:1", "nothing answers within 1 s"),
        ("tls://127.0.0.1:1", "TLS"),
        ("carrier-pigeon://x:1", "unknown address scheme"),
    ],
)
def test_an_address_of_no_scheduler_is_one_clear_error(bundle, address, message, monkeypatch):
    monkeypatch.setattr(course_side, "CONNECT", 1.0)
    with pytest.raises(UserError, match=rf"no Dask scheduler at .+{message}.+`dask scheduler`"):
        on(address, bundle).__enter__()


def test_the_address_of_a_worker_is_not_that_of_the_cluster(cluster, bundle):
    with on(cluster.address, bundle) as engine:
        address = next(iter(engine._client.nthreads()))
    with pytest.raises(UserError, match=r"no Dask scheduler at .+ that is a Worker"):
        on(address, bundle).__enter__()


def test_workers_with_another_version_are_refused(cluster, bundle, monkeypatch):
    monkeypatch.setattr(worker, "code_hash", lambda: "that of another version")
    with pytest.raises(UserError, match=r"another version.+Install the same version"):
        on(cluster.address, bundle).__enter__()


def test_a_worker_that_comes_later_with_another_version_grades_nothing(cluster, bundle, hand_in):
    with on(cluster.address, bundle) as engine, pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "code_hash", lambda: "that of another version")
        ((_, answer),) = engine.graded([Work(0, hand_in("a"), "5eed")])
    assert answer.problem == worker.OTHER


def test_workers_without_the_course_are_refused(bundle, tmp_path):
    without = "import sys\nsys.modules['llmcourse'] = None\n"
    with (
        local_cluster(tmp_path, 1, preload=without) as running,
        pytest.raises(UserError, match=r"The worker tcp://.+ can't grade.+Install this version"),
    ):
        on(running.address, bundle).__enter__()


def test_the_hash_of_the_code_is_that_of_its_files(tmp_path, monkeypatch):
    (tmp_path / "inner").mkdir()
    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr(worker.llmcourse, "__file__", str(tmp_path / "__init__.py"))
    empty = WHOLE()
    (tmp_path / "inner" / "tests.py").write_text("a = 1\n")
    one = WHOLE()
    (tmp_path / "inner" / "tests.py").write_text("a = 2\n")
    assert len({empty, one, WHOLE(), WHOLE()}) == 3


def test_workers_without_a_sandbox_are_refused(bundle, tmp_path):
    options = {"env": {"PATH": str(tmp_path)}}
    with (
        local_cluster(tmp_path, 1, **options) as running,
        pytest.raises(UserError, match=r"The worker tcp://.+ can't grade.+install bubblewrap"),
    ):
        DaskGraders(running.address, bundle, LIMITS, True).__enter__()


def test_without_dask_it_says_how_to_get_it(bundle, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match=r"Dask is not installed .+llmcourse\[dask\]"):
        on("tcp://127.0.0.1:1", bundle).__enter__()


@pytest.mark.parametrize("text", ["[]", "{}", '{"result": "x"}', None, b"{}"])
def test_what_is_no_answer_is_no_grade(text):
    assert "answered what was not asked" in course_side._read(text).problem


def test_a_child_grades_as_the_graders_do(bundle, hand_in):
    work = Work(0, hand_in("a", 0, **SOLVED), "5eed")
    with Graders(bundle, 1, LIMITS, False, None) as graders:
        ((_, answer),) = graders.graded([work])
    one = Child(bundle, LIMITS, False)
    try:
        given = one.grade(work)
        assert given.notebook == answer.notebook
        assert json.loads(given.result)["tasks"] == json.loads(answer.result)["tasks"]
        assert one.is_running
    finally:
        one.end()
        one.end()
    assert not one.is_running
    assert one.grade(work) is None


def test_a_child_ends_with_the_process_that_began_it(bundle, tmp_path):
    script = tmp_path / "begin.py"
    bundle.write(tmp_path / "bundle.json")
    script.write_text(
        textwrap.dedent(
            """
            import os, sys
            from pathlib import Path
            from llmcourse.grading.problem_sets.bundle import read_bundle
            from llmcourse.grading.graders.child import Child
            from llmcourse.sandbox.limits import DEFAULT

            child = Child(read_bundle(Path(sys.argv[1])), DEFAULT, False)
            print(child._process.pid, flush=True)
            os.kill(os.getpid(), 9)
            """
        )
    )
    done = subprocess.run(
        [sys.executable, script, tmp_path / "bundle.json"], capture_output=True, text=True
    )
    pid = int(done.stdout)
    assert wait_until(lambda: pid not in children())


def test_a_child_without_work_ends_by_itself(bundle):
    one = Child(bundle, LIMITS, False, idle=0.2)
    assert wait_until(lambda: not one.is_running)
    one.end()
