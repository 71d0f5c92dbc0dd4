"""A database that is opened, made whole, or refused in words."""

import dataclasses
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.gradebook import Place, configured, database, version
from tests.grading.classroom.gradebook.conftest import SQLITE, Course
from tests.grading.conftest import STEP
from tests.postgres import needs_postgres

OLDER = "282d30a0218e"  # the version before the newest


def refused(course: Course, message: str) -> str:
    """What opening it says."""
    with pytest.raises(UserError, match=message) as raised:
        course.opened()
    return str(raised.value)


def test_the_configuration_is_that_of_nbgrader(on_sqlite):
    root = on_sqlite.root
    autograded = root / "gradebook" / "autograded"
    assert on_sqlite.place == Place(f"sqlite:///{root}/{SQLITE}", "llmcourse", autograded)
    with pytest.raises(UserError, match=r"has no nbgrader_config\.py"):
        configured(root / "book")


@pytest.mark.parametrize("url", ["sqlite:////elsewhere/a.db", "sqlite://", "postgresql://me@h/db"])
def test_an_address_that_depends_on_no_folder_stays_as_it_is(on_sqlite, url):
    assert Course(on_sqlite.root, on_sqlite.bundle, url).place.url == url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nosuch://me:secret@host/db", "kind of database that SQLAlchemy does not know: 'nosuch'"),
        ("postgres://me:secret@host/db", "does not know: 'postgres'"),
        ("postgresql+nosuch://me:secret@host/db", r"does not know: 'postgresql\+nosuch'"),
        ("postgresql+psycopg2cffi://me:secret@host/db", "the driver of its database is missing"),
        ("secret", "is no address of a database"),
        ("postgresql://me:12@secret@host/db", "is no address of a database"),
        ("postgresql://me:12@host:secret/db", "is no address of a database"),
        ("postgresql://me:secret@127.0.0.1:1/db", "can't be opened: .*Connection refused"),
    ],
)
@needs_postgres
def test_an_address_that_leads_nowhere_is_one_clear_error(on_sqlite, url, message):
    on_sqlite.place = dataclasses.replace(on_sqlite.place, url=url)
    said = refused(on_sqlite, message)
    assert "secret" not in said
    assert "secret" not in repr(on_sqlite.place)
    assert "nbgrader_config.py" in said


@needs_postgres
@pytest.mark.parametrize("driver", ["", "+psycopg"])
def test_postgresql_is_opened_with_and_without_a_drivers_name(on_sqlite, postgres, driver):
    url = postgres.database().replace("+psycopg", driver)
    on_sqlite.place = dataclasses.replace(on_sqlite.place, url=url)
    on_sqlite.attempt("ada", "a", 2, 1, 1, 1)
    assert on_sqlite.merge("ada") == [True]
    assert on_sqlite.counting() == {"ada": 5}


@needs_postgres
def test_what_postgresql_answers_is_told_without_the_password(on_sqlite, postgres, capfd):
    on_sqlite.place = dataclasses.replace(on_sqlite.place, url=postgres.url("nosuch"))
    said = refused(on_sqlite, 'database "nosuch" does not exist')
    assert "localhost" not in said
    assert "its server runs" in said
    wrong = "peer/o:k@home"
    on_sqlite.place = dataclasses.replace(
        on_sqlite.place, url=postgres.url("postgres", password=wrong)
    )
    said = refused(on_sqlite, "password authentication failed")
    assert wrong not in said
    assert database.said(Exception(f"for {wrong}\nmore"), _url(on_sqlite)) == "for …."
    assert capfd.readouterr() == ("", "")


def _url(course: Course):
    from sqlalchemy import make_url

    return make_url(course.place.url)


@needs_postgres
def test_who_may_not_make_tables_is_told_so(on_sqlite, postgres):
    name = postgres.database().partition("@/")[2].partition("?")[0]
    postgres.execute(name, "CREATE ROLE reader LOGIN PASSWORD 'reads'")
    address = postgres.url(name, password="reads").replace("//llmcourse:", "//reader:")
    on_sqlite.place = dataclasses.replace(on_sqlite.place, url=address)
    said = refused(on_sqlite, "can't be opened: permission denied for schema public")
    assert "'reads'" not in said  # the password
    assert ":reads@" not in said


@needs_postgres
def test_a_machine_that_does_not_answer_is_waited_for_for_seconds(on_sqlite, monkeypatch):
    monkeypatch.setattr(database, "CONNECT", 2)  # the least that PostgreSQL's library takes
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        url = f"postgresql+psycopg://me:secret@127.0.0.1:{port}/db"
        on_sqlite.place = dataclasses.replace(on_sqlite.place, url=url)
        began = time.monotonic()
        refused(on_sqlite, "can't be opened: .*timeout")
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("driver", ["sqlite", "sqlite+pysqlite"])
def test_a_file_is_made_whole_or_not_at_all(on_sqlite, monkeypatch, driver):
    path = on_sqlite.root / SQLITE
    url = on_sqlite.place.url.replace("sqlite", driver, 1)
    on_sqlite.place = dataclasses.replace(on_sqlite.place, url=url)
    path.unlink()
    (path.parent / ".gradebook.db.killed.tmp").write_text("half")
    with monkeypatch.context() as patch:
        patch.setattr(database, "newest_version", _interrupted)  # after the tables are made
        with pytest.raises(KeyboardInterrupt):
            on_sqlite.opened()
    assert not list(path.parent.glob("*gradebook.db*"))
    on_sqlite.opened().close()
    assert [found.name for found in path.parent.glob("*gradebook.db*")] == ["gradebook.db"]


@needs_postgres
def test_tables_in_postgresql_are_made_whole_or_not_at_all(on_postgres, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(database, "newest_version", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            on_postgres.opened()
    assert on_postgres.rows() == {}
    on_postgres.opened().close()
    assert on_postgres.rows()["alembic_version"] == [repr((version.newest_version(),))]


def _interrupted():
    raise KeyboardInterrupt


def test_the_tables_are_those_that_nbgrader_makes(course, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    course.forget()
    course.theirs().close()
    theirs = course.rows()
    course.forget()
    course.opened().close()
    assert course.rows() == theirs


def test_an_older_file_is_upgraded_by_nbgraders_command(on_sqlite):
    on_sqlite.attempt("ada", "a", 2, 1, 1, 1)
    on_sqlite.merge_all()
    on_sqlite.by_hand("ada", "double-hidden", 0.5)
    on_sqlite.run(  # it knew no courses
        "CREATE TABLE older (id VARCHAR(32) PRIMARY KEY, name VARCHAR(128), duedate DATETIME)",
        "INSERT INTO older SELECT id, name, duedate FROM assignment",
        "DROP TABLE assignment",
        "ALTER TABLE older RENAME TO assignment",
        "DROP TABLE course",
        f"UPDATE alembic_version SET version_num = '{OLDER}'",
    )
    refused(on_sqlite, "made by an older nbgrader")
    programs = Path(sys.executable).parent
    done = subprocess.run(
        [programs / "nbgrader", "db", "upgrade"],
        cwd=on_sqlite.root,
        env=os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert len(list((on_sqlite.root / "gradebook").glob("gradebook.db.*"))) == 1  # the copy
    assert on_sqlite.merge_all() == 0
    assert on_sqlite.counting() == {"ada": 4.5}


class TestVersions:
    """Tables of another version: refused, and left as they are."""

    @pytest.fixture(autouse=True)
    def whole(self, course):
        course.attempt("ada", "a", 2, 1, 1, 1)
        course.merge_all()

    def test_an_older_one_is_not_touched(self, course):
        course.run(f"UPDATE alembic_version SET version_num = '{OLDER}'")
        before = course.rows()
        assert "run `nbgrader db upgrade`" in refused(course, "made by an older nbgrader")
        assert course.rows() == before
        course.forget()
        assert course.merge_all() == 1  # the other thing that it says

    def test_a_newer_one_is_not_touched(self, course):
        course.run("UPDATE alembic_version SET version_num = 'ffffffffffff'")
        before = course.rows()
        refused(course, "made by a newer nbgrader")
        assert course.rows() == before

    def test_one_without_a_version_is_as_old_as_can_be(self, course):
        course.run("DROP TABLE alembic_version")
        refused(course, "made by an older nbgrader")
        assert "alembic_version" not in course.rows()

    def test_a_table_that_is_gone_is_named(self, course):
        course.run("DROP TABLE comment")
        refused(course, "lacks its tables comment")
        assert "comment" not in course.rows()

    def test_tables_of_another_program_are_left_alone(self, course):
        course.forget()
        if "sqlite" in course.place.url:
            course.opened().close()
            names = list(course.rows())
            course.run(*(f"DROP TABLE {name}" for name in names))
        course.run("CREATE TABLE invoices (number INTEGER)")
        refused(course, "tables of another program: invoices")
        assert course.rows() == {"invoices": []}


def test_a_file_that_is_no_database_is_told(on_sqlite):
    on_sqlite.attempt("ada", "a", 2, 1, 1, 1)
    (on_sqlite.root / SQLITE).write_text("grades")
    said = refused(on_sqlite, "can't be opened: file is not a database")
    assert (on_sqlite.root / SQLITE).read_text() == "grades"
    assert f"Move {on_sqlite.root / SQLITE} away and run the same command again" in said
    assert not {"server", "password"} & set(re.findall(r"\w+", said))
    (on_sqlite.root / SQLITE).rename(on_sqlite.root / "away")
    assert on_sqlite.merge_all() == 1  # which is what it promised


def test_a_file_that_another_program_holds_is_told_and_merged_later(on_sqlite):
    on_sqlite.attempt("ada", "a", 2, 1, 1, 1)
    url = f"sqlite:///{SQLITE}?timeout=0.1"  # seconds that SQLite waits by itself
    course = Course(on_sqlite.root, on_sqlite.bundle, url)
    with course.opened() as book:
        with closing(sqlite3.connect(course.root / SQLITE, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(UserError, match="can't be written: database is locked") as error:
                book.merge(course.bundle, "ada")
        assert "no other program holds the file" in error.value.todo
        assert "is kept all the same" in error.value.todo
        assert "server" not in error.value.todo
        assert book.merge(course.bundle, "ada")


def test_nothing_is_logged_but_the_error(on_sqlite, capfd):
    on_sqlite.attempt("ada", "a", 2, 1, 1, 1)
    with on_sqlite.opened() as book:
        on_sqlite.run("DROP TABLE student", "CREATE TABLE student (id INTEGER)")
        with pytest.raises(UserError, match="can't be written: no such column"):
            book.merge_all(on_sqlite.bundle)
        on_sqlite.run("DROP TABLE submitted_assignment")
        with pytest.raises(UserError, match="can't be read: no such table"):
            book.scores(STEP)
    assert capfd.readouterr() == ("", "")
