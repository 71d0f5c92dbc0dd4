"""A course with a gradebook and no grader, on each database that nbgrader's gradebook may be."""

import hashlib
import json
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from llmcourse.grading.classroom.attempts import Attempt, Attempts, Graded, HandedIn
from llmcourse.grading.classroom.gradebook import Gradebook, configured
from llmcourse.grading.classroom.standing import ByHand
from llmcourse.grading.problem_sets.bundle import Bundle, bundle_of
from llmcourse.grading.problem_sets.tasks import read_set
from llmcourse.grading.submission.canonical import LearnerCell
from llmcourse.grading.submission.formgrader import graded_notebook
from llmcourse.grading.submission.result import Result, TaskResult
from llmcourse.grading.submission.result import TestResult as OneTest
from tests.grading.conftest import STEP, make_repository
from tests.postgres import Server, needs_postgres, server

SQLITE = "gradebook/gradebook.db"


class Course:
    """A course with a gradebook and no grader."""

    def __init__(self, root: Path, bundle: Bundle, url: str = ""):
        """`url` is the address of another database than the file that every course has."""
        self.root, self.bundle = root, bundle
        self.store = Attempts(root / "gradebook")
        if url:
            with (root / "nbgrader_config.py").open("a") as file:
                file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
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
        kept: Attempt = self.store.record(STEP, student, handed_in, graded, **more)
        return kept

    def merge(self, *students: str) -> list[bool]:
        with self.opened() as book:
            return [book.merge(self.bundle, student) for student in students]

    def merge_all(self) -> int:
        with self.opened() as book:
            return book.merge_all(self.bundle)

    def opened(self) -> Gradebook:
        return Gradebook(self.place, self.store)

    def counting(self) -> dict[str, float | None]:
        with self.opened() as book:
            return book.scores(STEP)

    def given_by_hand(self) -> dict[str, ByHand]:
        with self.opened() as book:
            return dict(book.by_hand(STEP))

    def theirs(self) -> Any:
        """nbgrader's own gradebook; close it, or use it in a `with`."""
        from nbgrader.api import Gradebook as Theirs

        return Theirs(self.place.url, self.place.course)

    def by_hand(self, student: str, test: str, score: float | None, *, extra: float | None = None):
        """What formgrader does when an instructor gives a score."""
        with self.theirs() as book:
            grade = book.find_grade(test, STEP, STEP, student)
            grade.manual_score, grade.extra_credit = score, extra
            grade.needs_manual_grade = False
            book.db.commit()

    def automatic(self, student: str) -> dict[str, tuple[float | None, bool]]:
        """The automatic score of each test, and whether a person should look at it."""
        with self.theirs() as book:
            submitted = book.find_submission_notebook(STEP, STEP, student)
            return {g.name: (g.auto_score, g.needs_manual_grade) for g in submitted.grades}

    def forget(self) -> None:
        """Lose the database, and have an empty one or none."""
        if self.place.url.startswith("sqlite"):
            (self.root / SQLITE).unlink()
        else:
            self.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")

    def run(self, *statements: str) -> None:
        """Do something to the database that nbgrader would not."""
        from sqlalchemy import create_engine, text

        engine = create_engine(self.place.url)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def rows(self) -> dict[str, list[str]]:
        """All of the database, as it is."""
        from sqlalchemy import MetaData, create_engine, select

        engine = create_engine(self.place.url)
        tables = MetaData()
        with warnings.catch_warnings(), engine.connect() as connection:
            warnings.simplefilter("ignore")
            tables.reflect(connection)
            found = {
                name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
                for name, table in tables.tables.items()
            }
        engine.dispose()
        return found


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server for all tests of a process; each makes a database of its own in it."""
    with server() as one:
        yield one


@pytest.fixture(scope="session")
def made(tmp_path_factory, released_bytes) -> tuple[Path, Bundle]:
    """A course with an empty gradebook of nbgrader's, made once: it takes its time."""
    root = make_repository(tmp_path_factory.mktemp("made") / "course")
    bundle = bundle_of(read_set(root / "solutions" / STEP), json.loads(released_bytes))
    Course(root, bundle).opened().close()
    return root, bundle


@pytest.fixture
def on_sqlite(tmp_path, made) -> Course:
    """A course whose gradebook is a file of SQLite."""
    root = tmp_path / "course"
    shutil.copytree(made[0], root)
    return Course(root, made[1])


@pytest.fixture
def on_postgres(tmp_path, made, postgres) -> Course:
    """A course whose gradebook is an empty database of PostgreSQL."""
    root = tmp_path / "course"
    shutil.copytree(made[0], root)
    (root / SQLITE).unlink()
    return Course(root, made[1], postgres.database())


@pytest.fixture(params=["on_sqlite", pytest.param("on_postgres", marks=needs_postgres)])
def course(request) -> Course:
    """A course on each of them in turn."""
    return request.getfixturevalue(request.param)
