"""nbgrader's gradebook: what its own tools read there, and what no merge may change."""

import dataclasses
import hashlib
import json
import shutil
import sqlite3
import warnings
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading import gradebook as module
from llmcourse.grading.attempts import Attempt, Attempts, Graded, HandedIn
from llmcourse.grading.bundle import Bundle, bundle_of
from llmcourse.grading.canonical import LearnerCell
from llmcourse.grading.formgrader import graded_notebook
from llmcourse.grading.gradebook import Gradebook, Place, configured
from llmcourse.grading.result import Result, TaskResult
from llmcourse.grading.result import TestResult as OneTest
from llmcourse.grading.tasks import read_set

from .conftest import SOLVED, STEP, make_repository


@pytest.fixture(scope="module")
def made(tmp_path_factory, released_bytes) -> tuple[Path, Bundle]:
    """An empty gradebook of nbgrader's, made once: it takes its time."""
    root = make_repository(tmp_path_factory.mktemp("made") / "course")
    bundle = bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))
    Gradebook(configured(root), Attempts(root / "gradebook")).close()
    return root, bundle


class Course:
    """A course with a gradebook and no grader."""

    def __init__(self, root: Path, bundle: Bundle):
        self.root, self.bundle = root, bundle
        self.store = Attempts(root / "gradebook")
        self.place = configured(root)

    def attempt(self, student: str, text: str, *points: float, refused: str = "", **more):
        """Keep an attempt with these points for its four tests."""
        tasks = []
        pairs = zip(points[::2], points[1::2], strict=True)
        for task, got in zip(self.bundle.tasks, pairs, strict=False):  # none, where refused
            tests = [
                OneTest(won > 0, float(won), float(of), "passed" if won else "not yet", "No.")
                for won, of in zip(got, (task.visible, task.hidden), strict=True)
            ]
            tasks.append(TaskResult(task.id, task.title, *tests))
        sha256 = hashlib.sha256(text.encode()).hexdigest()
        result = Result(STEP, sha256, self.bundle.sha256, "seed", tuple(tasks), refused=refused)
        notebook = graded_notebook(self.bundle, result, [LearnerCell("double", f"# {text}")])
        graded = Graded(result, lambda number: "page", notebook)
        handed_in = HandedIn("a.ipynb", sha256, text.encode(), timestamp=more.pop("timestamp", ""))
        return self.store.record(STEP, student, handed_in, graded, **more)

    def merge(self, *students: str) -> list[bool]:
        with self.opened() as book:
            return [book.merge(self.bundle, student) for student in students]

    def merge_all(self) -> int:
        with self.opened() as book:
            return book.merge_all(self.bundle)

    def opened(self) -> Gradebook:
        return Gradebook(self.place, self.store)

    def rows(self) -> dict[str, list[tuple]]:
        """All of the database, as it is."""
        with sqlite3.connect(self.root / "gradebook" / "gradebook.db") as db:
            tables = [name for (name,) in db.execute("select name from sqlite_master")]
            tables = [name for name in tables if not name.startswith("sqlite_")]
            found = {
                name: sorted(map(repr, db.execute(f"select * from {name}"))) for name in tables
            }
        db.close()
        return found

    def scores(self, student: str) -> dict[str, tuple[float | None, bool]]:
        """The automatic score of each test, and whether a person should look at it."""
        from nbgrader.api import Gradebook as Theirs

        with Theirs(self.place.url, self.place.course) as book:
            submitted = book.find_submission_notebook(STEP, STEP, student)
            return {g.name: (g.auto_score, g.needs_manual_grade) for g in submitted.grades}


@pytest.fixture
def course(tmp_path, made) -> Course:
    root = tmp_path / "course"
    shutil.copytree(made[0], root)
    return Course(root, made[1])


def by_hand(course: Course, student: str, test: str, score: float) -> None:
    """What formgrader does when an instructor gives a score."""
    from nbgrader.api import Gradebook as Theirs

    with Theirs(course.place.url, course.place.course) as book:
        grade = book.find_grade(test, STEP, STEP, student)
        grade.manual_score, grade.needs_manual_grade = score, False
        book.db.commit()


def test_the_configuration_is_that_of_nbgrader(course):
    assert course.place == Place(
        f"sqlite:///{course.root}/gradebook/gradebook.db",
        "llmcourse",
        course.root / "gradebook" / "autograded",
    )
    with pytest.raises(UserError, match=r"has no nbgrader_config\.py"):
        configured(course.root / "book")


def test_scores_stand_where_nbgraders_own_tools_read_them(course, tmp_path):
    course.attempt("ada", "a", 2, 1, 1, 1, timestamp="2026-11-22 12:00:00 UTC")
    submitted = course.root / "gradebook" / "submitted" / "ada" / STEP
    submitted.mkdir(parents=True)
    (submitted / "timestamp.txt").write_text("2026-11-22 12:00:00 UTC")
    course.attempt("Zoë M", "z", 2, 0, 0, 1)
    assert course.merge("ada", "Zoë M", "nobody") == [True, True, False]
    assert course.scores("Zoë M") == {
        "double-visible": (2, False),
        "double-hidden": (0, False),
        "first-visible": (0, False),
        "first-hidden": (1, False),
    }
    export, shown = nbgraders_view(course, tmp_path / "grades.csv")
    header, *rows = [line.split(",") for line in export.splitlines()]
    exported = [dict(zip(header, row, strict=True)) for row in rows]
    assert {(row["student_id"], row["score"], row["max_score"]) for row in exported} == {
        ("ada", "5.0", "5.0"),
        ("Zoë M", "3.0", "5.0"),
    }
    for one in shown.values():
        assert one["autograded"]
        assert one["max_score"] == 5
    assert shown["ada"]["score"] == 5
    assert shown["ada"]["timestamp"].startswith("2026-11-22T12:00:00")


def nbgraders_view(course: Course, to: Path) -> tuple[str, dict[str, dict]]:
    """What `nbgrader export` writes, and formgrader's table of submissions."""
    from nbgrader.api import Gradebook as Theirs
    from nbgrader.apps import NbGraderAPI
    from nbgrader.plugins.export import CsvExportPlugin
    from traitlets.config import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = course.place.url
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Theirs(course.place.url, course.place.course) as book:
            CsvExportPlugin(to=str(to)).export(book)
        shown = {one["student"]: one for one in NbGraderAPI(config=config).get_submissions(STEP)}
    return to.read_text(), shown


def test_merging_again_changes_nothing(course):
    course.attempt("ada", "a", 2, 1, 1, 0)
    course.attempt("bob", "b", 0, 0, 0, 0)
    assert course.merge_all() == 2
    before = course.rows()
    assert course.merge("ada", "bob") == [False, False]
    assert course.merge_all() == 0
    assert course.rows() == before


def test_a_newer_attempt_takes_the_place_of_an_older_one_and_never_the_other_way(course):
    older = course.attempt("ada", "a", 2, 1, 1, 1)
    course.merge("ada")
    course.attempt("ada", "b", 2, 0, 0, 0)
    assert course.merge("ada") == [True]
    newer = course.scores("ada")
    assert newer["double-hidden"] == (0, False)
    # Another result of the older attempt is of the older attempt still.
    (older.folder / "result-2.json").write_text((older.folder / "result.json").read_text())
    assert course.merge("ada") == [False]
    assert course.scores("ada") == newer


def test_what_a_person_gave_is_never_touched(course):
    course.attempt("ada", "a", 2, 0, 0, 0)
    course.merge("ada")
    by_hand(course, "ada", "double-hidden", 0.5)
    before = course.rows()
    assert course.merge("ada") == [False]
    assert course.rows() == before
    course.attempt("ada", "b", 2, 1, 1, 1)
    course.merge("ada")
    from nbgrader.api import Gradebook as Theirs

    with Theirs(course.place.url, course.place.course) as book:
        grade = book.find_grade("double-hidden", STEP, STEP, "ada")
        assert (grade.manual_score, grade.score, grade.auto_score) == (0.5, 0.5, 1)
        assert grade.needs_manual_grade  # somebody should look at it again


def test_not_graded_is_not_zero(course):
    course.attempt("ada", "a", refused="It is no notebook.")
    course.merge("ada")
    assert set(course.scores("ada").values()) == {(None, True)}
    assert course.merge_all() == 0
    course.attempt("ada", "b", 2, 1, 1, 1)
    course.merge("ada")
    assert course.scores("ada")["double-visible"] == (2, False)
    course.attempt("ada", "c", refused="It is no notebook.")
    course.merge("ada")  # the newest counts: no older score is shown for it
    assert set(course.scores("ada").values()) == {(None, True)}


def test_it_can_be_made_again_from_the_attempts(course):
    course.attempt("ada", "a", 2, 1, 1, 0)
    course.attempt("../bob", "b", 0, 1, 0, 0)  # no path for formgrader, a grade all the same
    course.merge_all()
    before = {name: course.scores(name) for name in ("ada", "../bob")}
    (course.root / "gradebook" / "gradebook.db").unlink()
    pages = course.root / "gradebook" / "autograded"
    page = pages / "ada" / STEP / f"{STEP}.ipynb"
    shown = page.read_bytes()
    page.unlink()
    assert course.merge_all() == 2
    assert {name: course.scores(name) for name in ("ada", "../bob")} == before
    assert page.read_bytes() == shown
    assert [path.name for path in pages.iterdir()] == ["ada"]
    page.write_text("{}")
    assert course.merge_all() == 1
    assert page.read_bytes() == shown


def test_a_submission_without_scores_which_a_killed_grader_leaves_is_completed(course):
    from nbgrader.api import Gradebook as Theirs

    course.attempt("ada", "a", 2, 1, 1, 0)
    course.attempt("bob", "b", 2, 1, 1, 0)
    course.merge("bob")
    with warnings.catch_warnings(), Theirs(course.place.url, course.place.course) as book:
        warnings.simplefilter("ignore")
        book.add_student("ada")
        book.add_submission(STEP, "ada")
    assert course.merge_all() == 1
    assert course.scores("ada") == course.scores("bob")


def test_tests_that_come_and_go_with_a_new_bundle(course):
    course.attempt("ada", "a", 2, 1, 1, 1)
    course.merge("ada")
    first, second = course.bundle.tasks
    more = dataclasses.replace(second, visible=4, points=5)
    more = dataclasses.replace(more, cells=dataclasses.replace(more.cells, hidden="first-new"))
    order = tuple(name.replace("first-hidden", "first-new") for name in course.bundle.order)
    course.bundle = dataclasses.replace(
        course.bundle,
        tasks=(first, more),
        order=order,
        tests={**course.bundle.tests, "first-new": "assert True"},
        released={**course.bundle.released, "first-new": ""},
    )
    course.attempt("ada", "a", 2, 1, 4, 1)
    assert course.merge("ada") == [True]
    assert set(course.scores("ada")) == {
        *("double-visible", "double-hidden", "first-visible", "first-new")
    }
    assert course.scores("ada")["first-visible"] == (4, False)
    from nbgrader.api import Gradebook as Theirs

    with Theirs(course.place.url, course.place.course) as book:
        assert book.find_assignment(STEP).max_score == 8
        assert book.find_submission(STEP, "ada").score == 8


def test_a_test_with_a_persons_score_is_not_dropped(course):
    course.attempt("ada", "a", 2, 1, 1, 1)
    course.merge("ada")
    by_hand(course, "ada", "first-hidden", 0.5)
    before = course.rows()
    course.bundle = dataclasses.replace(
        course.bundle, tasks=course.bundle.tasks[:1], order=course.bundle.order[:3]
    )
    course.attempt("ada", "a", 2, 1)
    with pytest.raises(UserError, match="no longer has the test 'first-hidden'"):
        course.merge("ada")
    assert course.rows() == before


def test_a_broken_database_is_an_error_and_the_attempt_is_kept(course):
    attempt = course.attempt("ada", "a", 2, 1, 1, 1)
    with course.opened() as book:
        with sqlite3.connect(course.root / "gradebook" / "gradebook.db") as db:
            db.execute("drop table grade")
        db.close()
        with pytest.raises(UserError, match="can't be written"):
            book.merge(course.bundle, "ada")
    assert course.store.newest(STEP, "ada") == attempt


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nosuch://host/db", "can't be opened: Can't load plugin"),
        ("postgresql+nosuchdriver://me:secret@host/db", "can't be opened"),
        ("no address", "can't be opened: Could not parse"),
    ],
)
def test_an_address_that_leads_nowhere_is_one_clear_error(course, url, message):
    place = dataclasses.replace(course.place, url=url)
    with pytest.raises(UserError, match=message) as raised:
        Gradebook(place, course.store)
    assert "secret" not in str(raised.value)


def test_any_address_of_sqlalchemy_will_do(course, monkeypatch):
    """Not only the file that the configuration names: what the address says is what is opened."""
    opened = []
    monkeypatch.setattr(
        module, "_make_sqlite", lambda api, path, name: opened.append("as a file of ours")
    )
    url = f"sqlite+pysqlite:///{course.root}/gradebook/gradebook.db"
    course.place = dataclasses.replace(course.place, url=url)
    course.attempt("ada", "a", 2, 1, 1, 1)
    assert course.merge("ada") == [True]
    assert opened == []


def test_a_database_is_made_whole_or_not_at_all(course, monkeypatch):
    from nbgrader import api

    path = course.root / "gradebook" / "gradebook.db"
    path.unlink()
    (path.parent / ".gradebook.db.killed.tmp").write_text("half")

    def fails(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(api, "get_alembic_version", fails)  # after the tables are made
        with pytest.raises(KeyboardInterrupt):
            course.opened()
    assert not list(path.parent.glob("*gradebook.db*"))
    course.opened().close()
    assert path.exists()


class TestGradedNotebook:
    """What formgrader shows."""

    @pytest.fixture
    def bundle(self, made) -> Bundle:
        return made[1]

    def result(self, bundle: Bundle, **more) -> Result:
        passed = OneTest(True, 1.0, 1.0, "passed")
        failed = OneTest(False, 0.0, 1.0, "not yet", "got <b>4</b>")
        tasks = tuple(TaskResult(task.id, task.title, passed, failed) for task in bundle.tasks)
        return Result(STEP, "0", bundle.sha256, "seed", tasks, **more)

    def test_it_is_a_notebook_with_each_cell_once_and_tests_behind_their_task(self, bundle):
        import nbformat

        cells = [
            LearnerCell(None, "helper = 1"),
            LearnerCell("double", SOLVED["double"]),
            LearnerCell("double", "second = 'half'"),
        ]
        text = graded_notebook(bundle, self.result(bundle), cells)
        notebook = nbformat.reads(text, as_version=4)
        nbformat.validate(notebook)
        names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        assert [name for name in names if name] == [
            *("double", "double-visible", "double-hidden"),
            *("first", "first-visible", "first-hidden"),
        ]
        by_name = dict(zip(names, notebook.cells, strict=True))
        assert by_name["double"].source == SOLVED["double"]
        assert by_name["first"].source == bundle.released["first"]
        assert by_name["double-visible"].outputs == []
        assert by_name["double-hidden"].outputs[0].text == "not yet: got <b>4</b>"
        assert by_name["double-hidden"].source == bundle.tests["double-hidden"]
        assert by_name["double-hidden"].metadata.nbgrader.points == 1
        sources = [cell.source for cell in notebook.cells]
        assert sources.index("helper = 1") < sources.index(SOLVED["double"])
        assert sources.index("second = 'half'") < sources.index(bundle.tests["double-visible"])

    def test_why_it_was_refused_stands_at_its_top(self, bundle):
        refused = dataclasses.replace(self.result(bundle), tasks=(), refused="No notebook.")
        cells = json.loads(graded_notebook(bundle, refused, []))["cells"]
        assert cells[0]["outputs"][0]["text"] == "No notebook."

    def test_nothing_of_a_learners_is_markdown_or_rich_output(self, bundle):
        evil = "<script>alert(1)</script>"
        result = self.result(bundle, notes=(evil,))
        cells = json.loads(graded_notebook(bundle, result, [LearnerCell(None, evil)]))["cells"]
        for cell in cells:
            if cell["cell_type"] == "markdown":
                assert "<" not in cell["source"]
            for output in cell.get("outputs", []):
                assert output["output_type"] == "stream"


def test_the_newest_attempt_is_what_formgrader_shows(course):
    course.attempt("ada", "first file", 2, 1, 1, 1)
    course.merge("ada")
    newer: Attempt = course.attempt("ada", "second file", 2, 1, 1, 1)
    assert course.merge("ada") == [True]  # the same scores, and another notebook
    page = course.root / "gradebook" / "autograded" / "ada" / STEP / f"{STEP}.ipynb"
    assert page.read_bytes() == newer.notebook.read_bytes()
    assert "second file" in page.read_text()
