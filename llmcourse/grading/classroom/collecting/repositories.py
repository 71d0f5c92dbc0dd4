"""The notebook in a learner's git repository: fetched, never checked out.

The program `git` fetches the head of the default branch into a bare repository of our own, below
gradebook/clones/, and files are read out of that by their hash. So no hook, filter, submodule or
configuration of the learner's is used, and no path of theirs is written. It asks for nothing, uses
https, ssh and files alone, and has a limit of time and of size. When a commit was made is what its
author's clock said: the learner sets it.
"""

import csv
import io
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting.choosing import carries_another
from llmcourse.grading.classroom.collecting.entries import Entry, Unusable
from llmcourse.grading.classroom.collecting.senders import Sent
from llmcourse.grading.classroom.folders import folder_name

SECONDS = 120  # for one repository
MOST_REPOSITORY = 1_000_000_000  # bytes of what is fetched
MOST_LISTED = 20_000_000  # bytes of a tree's list
MOST_LIST = 5_000_000  # bytes of the instructor's list
CLOCK = "The commit's time is what the learner's clock said."

_HEAD = "refs/llmcourse/head"
_REMOTE = re.compile(r"(https|ssh|file)://[^\s-]\S*|[\w.-]+@[\w.-]+:(?!:)[^\s-]\S*")
_NOT_THEIRS = ("solutions", "tests", "book", "gradebook")
"""Folders of a fork of the whole course in which a notebook is nobody's answer."""


def is_repository(folder: Path) -> bool:
    """Whether a folder is a clone, or a repository without a work tree."""
    bare = all((folder / name).exists() for name in ("HEAD", "objects", "refs"))
    return not folder.is_symlink() and (bare or (folder / ".git").exists())


def holds_repositories(folder: Path) -> bool:
    """Whether a folder is one of clones, one a student."""
    folders = [one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")]
    return 2 * sum(map(is_repository, folders)) > len(folders)


def listed(path: Path) -> list[tuple[str, str]]:
    """Each student and the address of their repository: a folder's clones, or a list's lines.

    Raises `UserError`, with the line, for a list that is none.
    """
    if path.is_dir():
        folders = sorted(one for one in path.iterdir() if not one.name.startswith("."))
        return [(one.name, str(one.resolve())) for one in folders if one.is_dir()]
    form = "Write a line for each student: name,https://github.com/name/repository"
    try:
        if path.stat().st_size > MOST_LIST:
            raise UserError(f"{path} is too long for a list of repositories.", todo=form)
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}.", todo=form) from None
    except UnicodeDecodeError:
        raise UserError(f"{path} is no list of repositories: it is no text.", todo=form) from None
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in next(csv.reader([line], skipinitialspace=True))]
        student, address = cells if len(cells) == 2 else ("", "")
        if (student.lower(), address.lower()) == ("student", "url"):
            continue
        if not (student and address):
            raise UserError(f"{path}, line {number}, has no name or no address.", todo=form)
        found.append((student, address))
    if not found:
        raise UserError(f"{path} names no repository.", todo=form)
    return found


class Repositories:
    """Our copies of the learners' repositories."""

    def __init__(self, gradebook: Path, base: Path, seconds: float = SECONDS):
        """Paths that are not absolute begin at `base`."""
        if shutil.which("git") is None:
            raise UserError("The program git is missing.", todo="Install it: apt-get install git")
        self._folder, self._base, self._seconds = gradebook / "clones", base, seconds

    def sent(self, student: str, address: str, step: str) -> list[Sent]:
        """The notebooks of the set in this repository. Raises `Unusable` where there is none."""
        mirror = self._folder / f"{folder_name(student)}.git"
        self._fetch(mirror, self._remote(address))
        commit, seconds = self._git(mirror, "show", "-s", "--format=%H %ct", _HEAD).decode().split()
        time = datetime.fromtimestamp(min(max(int(seconds), 0), 2**32), UTC)
        entries = list(self._notebooks(mirror, step))
        if not entries:
            raise Unusable(f"There is no notebook of {step} in the repository.")
        return [
            Sent(
                entry,
                "git",
                user=github_user(address),
                name=student,
                file=entry.name,
                submission=commit,
                timestamp=f"{time:%Y-%m-%d %H:%M:%S} UTC",
            )
            for entry in entries
        ]

    def _remote(self, address: str) -> str:
        if _REMOTE.fullmatch(address):
            return address
        path = self._base / address
        if "::" in address or "://" in address or not path.is_dir():
            raise Unusable(f"{shown(address)!r} is no address of https, ssh or file, nor a folder.")
        return path.resolve().as_uri()

    def _fetch(self, mirror: Path, remote: str) -> None:
        if not (mirror / "HEAD").exists():
            shutil.rmtree(mirror, ignore_errors=True)
            mirror.parent.mkdir(parents=True, exist_ok=True)
            self._git(mirror, "init", "--quiet", "--bare", "--template=")
        for lock in mirror.rglob("*.lock"):  # of a fetch that was killed; ours is the only one
            lock.unlink()
        options = ("--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--force")
        self._git(mirror, "fetch", *options, "--end-of-options", remote, f"+HEAD:{_HEAD}")

    def _notebooks(self, mirror: Path, step: str) -> Iterator[Entry]:
        """Those in the folder of the set, else all that may be of the set."""
        found = []
        tree = self._git(mirror, "ls-tree", "-r", "-z", "-l", "--full-tree", _HEAD)
        for line in tree.decode("utf-8", "replace").split("\0")[:-1]:
            about, _, path = line.partition("\t")
            mode, _, name, size = about.split()
            parts = path.split("/")
            if not mode.startswith("100") or not path.lower().endswith(".ipynb"):
                continue  # 120000 is a link, 160000 another repository
            if parts[0] in _NOT_THEIRS or any(part.startswith(".") for part in parts):
                continue
            found.append((path, self._entry(mirror, path, name, int(size))))
        of_set = [entry for path, entry in found if not carries_another(entry.name, step)]
        named = [entry for entry in of_set if step in entry.path.lower()]
        yield from named or of_set

    def _entry(self, mirror: Path, path: str, name: str, size: int) -> Entry:
        def opened() -> io.BytesIO:
            return io.BytesIO(self._git(mirror, "cat-file", "blob", name, most=size + 1))

        return Entry(path, size, 0.0, opened)

    def _git(self, mirror: Path, *arguments: str, most: int | None = None) -> bytes:
        """What git prints. Raises `Unusable` where it fails, takes too long or prints too much."""
        most = MOST_LISTED if most is None else most
        settings = {
            "protocol.allow": "never",
            "protocol.https.allow": "always",
            "protocol.ssh.allow": "always",
            "protocol.file.allow": "always",
            "core.hooksPath": os.devnull,
            "core.fsmonitor": "false",
            "gc.auto": "0",
            "maintenance.auto": "false",
            "transfer.fsckObjects": "true",
        }
        given = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
        command = ["git", *given, f"--git-dir={mirror}", *arguments]
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                command,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                start_new_session=True,
                preexec_fn=_limit,
            )
            try:
                status = process.wait(self._seconds)
            except subprocess.TimeoutExpired:
                raise Unusable(f"git took longer than {self._seconds:g} seconds.") from None
            finally:
                _end(process)
            output.seek(0)
            content = output.read(most + 1)
            errors.seek(0)
            said = errors.read(10_000).decode("utf-8", "replace").strip()
        if status:
            why = re.search(r"^(?:fatal|error): (.+)", said, re.M)
            reason = why[1] if why else said or "git was stopped"
            raise Unusable(f"The repository can't be fetched: {shown(reason)}")
        if len(content) > most:
            raise Unusable("The repository holds too many files.")
        return content


def github_user(address: str) -> str:
    """Whose repository it is, where GitHub has it.

    >>> github_user("git@github.com:ada/llm.git"), github_user("https://example.org/ada/llm")
    ('ada', '')
    """
    found = re.search(r"[/@.]github\.com[/:]([\w-]+)/", address)
    return found[1] if found else ""


def shown(text: str) -> str:
    """An address without the password or token in it.

    >>> shown("fatal: https://ada:secret@example.org/x.git not found")
    'fatal: https://…@example.org/x.git not found'
    """
    return re.sub(r"://[^/\s@]+@", "://…@", text)[:300]


def _environment() -> dict[str, str]:
    """The instructor's own, with their keys; but git asks nobody for a password."""
    own = os.environ.items()
    kept = {name: value for name, value in own if not re.match(r"GIT_(?!SSL_)", name)}
    ssh = "ssh -oBatchMode=yes -oConnectTimeout=20"
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "false", "SSH_ASKPASS": "false"}
    return kept | quiet | {"GIT_SSH_COMMAND": ssh, "GIT_LFS_SKIP_SMUDGE": "1", "LC_ALL": "C"}


def _limit() -> None:
    """Let no file of git's grow above the limit; runs in git's own process."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_REPOSITORY, MOST_REPOSITORY))


def _end(process: subprocess.Popen) -> None:
    """End git and what it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()
