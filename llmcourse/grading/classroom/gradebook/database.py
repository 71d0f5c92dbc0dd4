"""nbgrader's database: opened, made whole or not at all, and written by one grader at a time.

SQLite and PostgreSQL are what the tests try; nbgrader keeps to SQLAlchemy, so others should do.
What can be wrong with a database is told in words, with what to do about one of its kind, and a
password is never shown.

nbgrader takes seconds to import, so that happens when a database is opened.
"""

import logging
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.classroom.gradebook.place import Place
from llmcourse.grading.classroom.gradebook.version import MADE_AGAIN, check_version, newest_version
from llmcourse.grading.problem_sets.course_config import CONFIG, nbgrader_needed, quiet

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

PATIENCE = 300
"""Seconds to wait for a grader on another machine; it merges a class of hundreds in fewer."""

KEY = 0x6C6C6D636F757273
"""Of PostgreSQL's advisory lock: any number on which all graders agree."""

LOCK_NOT_AVAILABLE = "55P03"
"""PostgreSQL's code for a wait that was too long."""

CONNECT = 15
"""Seconds for a connection to PostgreSQL, which else waits minutes for a machine that is off."""


ADDRESSES = (
    "Write sqlite:///gradebook/gradebook.db or postgresql+psycopg://user:password@host/name, with "
    "%40 for an @ in the password; or leave the password to ~/.pgpass."
)


@dataclass(frozen=True)
class Database:
    """A database that is open."""

    api: Any  # nbgrader's module
    book: Any  # its gradebook
    url: "URL"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One grader at a time, on whichever machine. Errors of the database are as they come."""
        try:
            with _alone(self.book.engine):
                yield
        finally:
            self.let_go()

    @contextmanager
    def told(self, what: str, also: str = "") -> Iterator[None]:
        """Raise `UserError` for an error of the database: "nbgrader's gradebook can't be …".

        `also` stands before what to do about it.
        """
        from sqlalchemy.exc import SQLAlchemyError

        try:
            yield
        except (SQLAlchemyError, self.api.InvalidEntry) as error:
            raise UserError(
                f"nbgrader's gradebook can't be {what}: {said(error, self.url)}",
                todo=f"{also} {advice(error, self.url)}".lstrip(),
            ) from None

    def let_go(self) -> None:
        """End all connections, so that none grows stale while notebooks are graded."""
        self.book.close()


def opened(place: Place) -> Database:
    """Open it, and make it where there is none. Raises `UserError` where it can't be opened."""
    with nbgrader_needed():
        from nbgrader import api
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    url = _address(place.url)
    try:
        if url.get_backend_name() == "sqlite" and url.database:
            _make_file(api, Path(url.database))
        url = _impatient(url)
        engine = create_engine(url)
        try:
            with _alone(engine):
                if check_version(api, engine) == "empty":
                    _make(api, engine)
                book = api.Gradebook(url.render_as_string(hide_password=False), place.course)
        finally:
            engine.dispose()
    except (ArgumentError, NoSuchModuleError):
        raise UserError(
            f"db_url in {CONFIG} names a kind of database that SQLAlchemy does not know: "
            f"{url.drivername!r}.",
            todo=ADDRESSES,
        ) from None
    except ImportError as error:
        raise UserError(
            f"nbgrader's gradebook can't be opened: the driver of its database is missing ({error}"
            ").",
            todo='Install it, for PostgreSQL with pip install "psycopg[binary]", and name it in '
            f"db_url of {CONFIG}: postgresql+psycopg://…",
        ) from None
    except (SQLAlchemyError, api.InvalidEntry) as error:
        raise UserError(
            f"nbgrader's gradebook can't be opened: {said(error, url)}",
            todo=advice(error, url),
        ) from None
    return Database(api, book, url)


def _address(text: str) -> "URL":
    """What is wrong with it is not quoted: pieces of a password may stand anywhere in there."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(text)
        if "@" not in (url.host or ""):  # else it is the second half of a password
            return url
    except (ArgumentError, ValueError):
        pass
    raise UserError(f"db_url in {CONFIG} is no address of a database.", todo=ADDRESSES) from None


def _impatient(url: "URL") -> "URL":
    """An address that gives up on a machine which doesn't answer, unless it says for itself."""
    if url.get_backend_name() != "postgresql" or "connect_timeout" in url.query:
        return url
    if url.get_driver_name() not in ("psycopg", "psycopg2"):
        return url
    return url.update_query_dict({"connect_timeout": str(CONNECT)})


@contextmanager
def _alone(engine: "Engine") -> Iterator[None]:
    """Hold PostgreSQL's advisory lock, which goes with the connection however that ends.

    A file of SQLite has the lock of the folder beside it, which its graders take anyway.
    """
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}s'"))
        try:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise UserError(
                f"Another grader has held nbgrader's gradebook for {PATIENCE} seconds.",
                todo="Let it end, or end it, and run the same command again.",
            ) from None
        yield


def _make_file(api: Any, path: Path) -> None:
    """Make an SQLite file beside its place and rename it, unless there is one."""
    from sqlalchemy import URL, create_engine

    if path.exists():
        return
    for left in path.parent.glob(f".{path.name}.*.tmp"):  # of a grader that was killed
        left.unlink(missing_ok=True)
    with replacing(path) as temporary:
        engine = create_engine(URL.create("sqlite", database=str(temporary)))
        try:
            _make(api, engine)
        finally:
            engine.dispose()


def _make(api: Any, engine: "Engine") -> None:
    """nbgrader's tables and their version, in one transaction where the database has such."""
    from sqlalchemy import text

    with engine.begin() as connection:
        api.Base.metadata.create_all(connection)
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        connection.execute(
            text("INSERT INTO alembic_version VALUES (:version)"), {"version": newest_version()}
        )


@contextmanager
def silent() -> Iterator[None]:
    """Without what nbgrader and SQLAlchemy log of an error, traceback and all."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with quiet():
            yield
    finally:
        logging.disable(before)


def advice(error: Exception, url: "URL") -> str:
    """What to do about an error, by the kind of database."""
    if url.get_backend_name() != "sqlite":
        return (
            "See that the database is there, can be written and its server runs, and that db_url "
            f"in {CONFIG} has the right user, password, host and name. Then run the same command "
            "again."
        )
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0) & 0xFF  # of its family
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR):  # its tables
        return f"Move {url.database} away {MADE_AGAIN}"
    return (
        f"See that {url.database} and its folder can be written, that there is room on the disk "
        "and that no other program holds the file. Then run the same command again."
    )


def said(error: Exception, url: "URL") -> str:
    """What a driver said, in one line and without the password."""
    text = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    text = re.sub(r"^\([\w.]+\) ", "", text)
    if url.password:
        text = text.replace(str(url.password), "…")
    return text[:300].rstrip(".") + "."
