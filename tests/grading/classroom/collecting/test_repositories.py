"""Learners' repositories: honest ones, and those that would like to run something."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from llmcourse.errors import UserError
from llmcourse.grading.classroom.collecting import repositories
from llmcourse.grading.classroom.collecting.entries import Unusable
from llmcourse.grading.classroom.collecting.repositories import (
    Repositories,
    holds_repositories,
    listed,
)

STEP = "1-tiny"
WHEN = "2026-11-22T15:00:00+01:00"


def git(folder: Path, *arguments: str) -> None:
    identity = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
    identity |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
    times = {"GIT_AUTHOR_DATE": WHEN, "GIT_COMMITTER_DATE": WHEN}
    subprocess.run(
        ["git", "-C", folder, *arguments],
        check=True,
        capture_output=True,
        env=os.environ | identity | times | {"GIT_CONFIG_GLOBAL": os.devnull},
    )


def commit(folder: Path, files: dict[str, bytes | Path]) -> Path:
    """Commit these files, or links, on the branch `main` of a repository."""
    if not (folder / ".git").exists():
        folder.mkdir(parents=True)
        git(folder, "init", "--initial-branch=main")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Path):
            (folder / name).symlink_to(content)
        else:
            (folder / name).write_bytes(content)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--message=x")
    return folder


@pytest.fixture
def clones(tmp_path) -> Path:
    return tmp_path / "clones"


@pytest.fixture
def copies(tmp_path) -> Repositories:
    return Repositories(tmp_path / "gradebook", tmp_path)


def read(copies: Repositories, address: object) -> dict[str, bytes]:
    return {one.entry.path: one.entry.read() for one in copies.sent("ada", str(address), STEP)}


def test_the_head_of_the_default_branch_is_read(copies, clones):
    path = f"exercises/{STEP}/{STEP}.ipynb"
    clone = commit(clones / "ada", {path: b"one", "README.md": b"x"})
    git(clone, "checkout", "-b", "another")
    commit(clone, {path: b"of a branch"})
    git(clone, "checkout", "main")
    (clone / path).write_bytes(b"not committed")
    (one,) = copies.sent("ada", str(clone), STEP)
    assert (one.entry.path, one.entry.read()) == (path, b"one")
    assert (one.source, one.name, one.user) == ("git", "ada", "")
    assert one.timestamp == "2026-11-22 14:00:00 UTC"
    assert len(one.submission) == 40
    assert read(copies, clone.as_uri()) == read(copies, "clones/ada") == {path: b"one"}


def test_a_new_commit_is_fetched_and_a_rewritten_history_too(copies, clones):
    clone = commit(clones / "ada", {f"{STEP}.ipynb": b"one"})
    assert read(copies, clone) == {f"{STEP}.ipynb": b"one"}
    commit(clone, {f"{STEP}.ipynb": b"two"})
    assert read(copies, clone) == {f"{STEP}.ipynb": b"two"}
    (clone / f"{STEP}.ipynb").write_bytes(b"three")
    git(clone, "commit", "--all", "--amend", "--message=other")
    assert read(copies, clone) == {f"{STEP}.ipynb": b"three"}


def test_a_clone_without_its_history_will_do(copies, clones):
    clone = commit(clones / "ada", {f"{STEP}.ipynb": b"one"})
    commit(clone, {f"{STEP}.ipynb": b"two"})
    git(clones, "clone", "--depth=1", clone.as_uri(), "shallow")
    for _ in range(2):
        assert read(copies, clones / "shallow") == {f"{STEP}.ipynb": b"two"}


def test_a_fetch_that_was_killed_does_not_block_the_next(copies, clones, tmp_path):
    clone = commit(clones / "ada", {f"{STEP}.ipynb": b"one"})
    read(copies, clone)
    mirror = tmp_path / "gradebook" / "clones" / "ada.git"
    for lock in ("shallow.lock", "config.lock", "refs/llmcourse/head.lock"):
        (mirror / lock).write_bytes(b"")
    commit(clone, {f"{STEP}.ipynb": b"two"})
    assert read(copies, clone) == {f"{STEP}.ipynb": b"two"}


def test_in_a_fork_of_the_course_the_learners_file_is_found(copies, clones):
    files = {
        f"exercises/{STEP}/{STEP}.ipynb": b"as released",
        f"Copy of {STEP}.ipynb": b"work",
        f"solutions/{STEP}/{STEP}.ipynb": b"the course's",
        "exercises/2-other/2-other.ipynb": b"x",
        f".ipynb_checkpoints/{STEP}.ipynb": b"x",
        "scratch.ipynb": b"x",
    }
    assert read(copies, commit(clones / "ada", files)) == {
        f"exercises/{STEP}/{STEP}.ipynb": b"as released",
        f"Copy of {STEP}.ipynb": b"work",
    }


def test_links_in_a_repository_are_no_files(copies, clones, tmp_path):
    (tmp_path / "secret").write_text("secret")
    clone = commit(clones / "ada", {f"{STEP}.ipynb": tmp_path / "secret"})
    with pytest.raises(Unusable, match="no notebook of 1-tiny in the repository"):
        copies.sent("ada", str(clone), STEP)


def test_nothing_of_the_repository_is_run(copies, clones, tmp_path):
    ran = tmp_path / "ran"
    clone = commit(clones / "ada", {f"{STEP}.ipynb": b"one", ".gitattributes": b"* filter=x"})
    for hook in ("post-checkout", "pre-auto-gc", "reference-transaction", "post-upload-pack"):
        (clone / ".git" / "hooks").mkdir(exist_ok=True)
        (clone / ".git" / "hooks" / hook).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (clone / ".git" / "hooks" / hook).chmod(0o755)
    for setting in ("core.fsmonitor", "core.sshCommand", "filter.x.smudge", "core.pager"):
        git(clone, "config", setting, f"touch {ran}")
    git(clone, "config", "uploadpack.packObjectsHook", f"touch {ran}; git pack-objects")
    assert read(copies, clone) == {f"{STEP}.ipynb": b"one"}
    assert not ran.exists()


@pytest.mark.parametrize(
    "address",
    [
        "ext::sh -c 'touch ran'",
        "http://example.org/ada.git",
        "git://example.org/ada.git",
        "--upload-pack=touch ran",
        "-oProxyCommand=touch@host:x",
        "ssh://-oProxyCommand=touch/x",
        "fd::17",
        "nowhere",
        "file://host/../x --upload-pack=y",
    ],
)
def test_other_addresses_are_refused(copies, address, tmp_path):
    with pytest.raises(Unusable, match="is no address of https, ssh or file, nor a folder"):
        copies.sent("ada", address, STEP)
    assert not (tmp_path / "gradebook").exists()


def test_what_cannot_be_fetched_says_why_and_shows_no_password(copies, clones, monkeypatch):
    (clones / "empty").mkdir(parents=True)
    git(clones / "empty", "init")
    with pytest.raises(Unusable, match="can't be fetched: couldn't find remote ref HEAD"):
        copies.sent("ada", str(clones / "empty"), STEP)
    with pytest.raises(Unusable, match=r"can't be fetched: '.+clones' does not appear to be a git"):
        copies.sent("ada", str(clones), STEP)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nobody listens there
    with pytest.raises(Unusable, match="can't be fetched") as caught:
        copies.sent("ada", "https://ada:geheim@example.org/x.git", STEP)
    assert "geheim" not in str(caught.value)


@pytest.fixture
def fake(tmp_path, monkeypatch):
    """Puts a script in the place of git."""

    def made(script: str) -> None:
        path = tmp_path / "bin" / "git"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")

    return made


def test_a_repository_has_a_limit_of_time_and_nothing_of_git_stays(tmp_path, clones, fake):
    clone = commit(clones / "ada", {f"{STEP}.ipynb": b"one"})
    fake(f"sleep 60 & echo $! > {tmp_path}/child; sleep 60")
    started = time.monotonic()
    with pytest.raises(Unusable, match=r"git took longer than 0\.5 seconds"):
        Repositories(tmp_path / "gradebook", tmp_path, seconds=0.5).sent("ada", str(clone), STEP)
    assert time.monotonic() - started < 10
    child = int((tmp_path / "child").read_text())
    until = time.monotonic() + 10
    while runs(child) and time.monotonic() < until:
        time.sleep(0.01)
    assert not runs(child)


def runs(process: int) -> bool:
    """Whether it does anything; one that has ended may wait for somebody to ask how."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_git_asks_nobody_and_is_told_nothing_by_the_environment(
    tmp_path, copies, fake, monkeypatch
):
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    monkeypatch.setenv("GIT_SSL_CAINFO", "/own.pem")
    fake(f"env > {tmp_path}/environment; exit 1")
    with pytest.raises(Unusable, match="can't be fetched"):
        copies.sent("ada", "https://example.org/ada.git", STEP)
    told = (tmp_path / "environment").read_text().splitlines()
    assert "GIT_TERMINAL_PROMPT=0" in told
    assert "GIT_ASKPASS=false" in told
    assert "GIT_SSH_COMMAND=ssh -oBatchMode=yes -oConnectTimeout=20" in told
    assert "GIT_SSL_CAINFO=/own.pem" in told
    assert not any(line.startswith("GIT_DIR=") for line in told)


def test_a_repository_has_a_limit_of_size(copies, clones, monkeypatch):
    clone = commit(clones / "ada", {f"{STEP}.ipynb": os.urandom(300_000)})
    monkeypatch.setattr(repositories, "MOST_LISTED", 10)
    with pytest.raises(Unusable, match="holds too many files"):
        copies.sent("ada", str(clone), STEP)
    monkeypatch.setattr(repositories, "MOST_REPOSITORY", 100_000)
    with pytest.raises(Unusable, match="can't be fetched"):
        copies.sent("bob", str(clone), STEP)


def test_without_git_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match=r"The program git is missing\. Install it"):
        Repositories(tmp_path, tmp_path)


def test_a_list_of_repositories(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text(
        '\ufeffstudent,url\n# a comment\n\nada, https://x.org/a.git\nbob,../b\n"L, A",c\n'
    )
    expected = [("ada", "https://x.org/a.git"), ("bob", "../b"), ("L, A", "c")]
    assert listed(path) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ada,https://x.org\nbob\n", "line 2, has no name or no address"),
        (b",https://x.org\n", "line 1, has no name"),
        (b"ada,https://x.org,more\n", "line 1, has no name"),
        (b"\n", "names no repository"),
        (b"\xff\xfe", "it is no text"),
        (b"x" * 5_000_001, "is too long"),
    ],
)
def test_a_list_that_is_none(tmp_path, content, message):
    (tmp_path / "list.txt").write_bytes(content)
    with pytest.raises(UserError, match=message):
        listed(tmp_path / "list.txt")


def test_a_folder_of_clones_is_told_from_others(clones):
    commit(clones / "ada", {"x": b"x"})
    git(clones / "ada", "clone", "--bare", ".", "../bob")
    (clones / "neither").mkdir()
    assert holds_repositories(clones)
    assert [name for name, _ in listed(clones)] == ["ada", "bob", "neither"]
    (clones / "nor").mkdir()
    assert not holds_repositories(clones)
