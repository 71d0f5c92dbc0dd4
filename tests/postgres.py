"""A PostgreSQL server of the tests' own: in a temporary folder, without a port, gone afterwards.

The server refuses to run as root, so there it is given to the user `nobody`. It writes nothing
through to the disk, which makes it quick and is no loss for tests.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

DEBIANS = sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")))  # not on the PATH there
INITDB = shutil.which("initdb", path=os.pathsep.join([*DEBIANS, os.environ.get("PATH", "")]))
NOBODY = 65534

needs_postgres = pytest.mark.skipif(
    (INITDB is None or find_spec("psycopg") is None)
    and not os.environ.get("CI"),  # there it must be installed
    reason="no PostgreSQL: install its server (Debian: apt-get install postgresql) and its driver "
    '(pip install "psycopg[binary]")',
)

OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
USER = "llmcourse"
PASSWORD = "kept:to@yourself/"  # with all that an address has to escape


class Server:
    """A server that can be stopped and started again."""

    def __init__(self, folder: Path):
        """Make its files in `folder`, which must have a short path: a socket lives there."""
        self.folder, self.data = folder, folder / "data"
        self._as: list[str] = []
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
            self._as = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        secret = folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-U", USER, f"--pwfile={secret}", "-A", "scram-sha-256", "--no-sync")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = f"{OPTIONS} -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "start", "-w", "-o", options, "-l", str(self.folder / "log"))

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate")

    def url(self, database: str, *, password: str = PASSWORD, driver: str = "+psycopg") -> str:
        """The address of a database, as SQLAlchemy writes it."""
        from sqlalchemy import URL

        query = {"host": str(self.folder)}
        url = URL.create(f"postgresql{driver}", USER, password, database=database, query=query)
        return url.render_as_string(hide_password=False)

    def database(self) -> str:
        """The address of a new database."""
        name = f"course_{secrets.token_hex(4)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, database: str, statement: str) -> list[tuple]:
        """Run one statement; the rows that it gives."""
        import psycopg

        options = {"user": USER, "password": PASSWORD, "host": str(self.folder)}
        with psycopg.connect(dbname=database, autocommit=True, **options) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        assert INITDB is not None, "PostgreSQL's server is not installed"
        path = str(Path(INITDB).with_name(program))
        command = [*self._as, path, "-D", str(self.data), *arguments]
        # To a file: a server that is started keeps what it is given, and a pipe would never end.
        with (self.folder / "said").open("w+") as said:
            done = subprocess.run(command, cwd=self.folder, stdout=said, stderr=said, check=False)
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


@contextmanager
def server() -> Iterator[Server]:
    """A server that runs for the block."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    try:
        one = Server(folder)
        one.start()
        try:
            yield one
        finally:
            one.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for all tests; each makes a database of its own in it."""
    with server() as one:
        yield one
