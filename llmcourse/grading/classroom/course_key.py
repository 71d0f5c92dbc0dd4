"""The key of a course, from which the seeds of its hidden tests are made.

It lies in `gradebook/key`, and only its owner may read it. The first grader makes it. Once there
are attempts it is never made anew without a word: another key gives every hidden test other inputs.
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.grading.classroom.folders import locked

KEY_BYTES = 32


def seed(key: bytes, step: str, student: str, sha256: str) -> str:
    """What hidden tests draw their inputs from: the same for the same file, else another.

    HMAC-SHA256 by the course's key (Krawczyk, Bellare and Canetti, RFC 2104, 1997): nobody who
    lacks the key can work it out.
    """
    return hmac.new(key, f"{step}/{student}/{sha256}".encode(), hashlib.sha256).hexdigest()


def course_key(gradebook: Path) -> bytes:
    """The key of the course with this `gradebook/`; it is made where nothing is graded yet.

    Raises `UserError` for one that is damaged, or that is gone while there are attempts.
    """
    path = gradebook / "key"
    if not path.exists():
        with locked(gradebook):
            if not path.exists():
                _refuse_where_one_was(gradebook, path)
                _make(path)
    try:
        key = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} can't be read: {error.strerror}.", todo="Run the command as its owner."
        ) from None
    if len(key) != KEY_BYTES:
        raise UserError(
            f"{path} is not a key of {KEY_BYTES} bytes.",
            todo="Restore it from a copy; a new one would give every hidden test other inputs.",
        )
    return key


def _refuse_where_one_was(gradebook: Path, path: Path) -> None:
    if any((gradebook / "attempts").glob("*/*/[0-9]*")):
        raise UserError(
            f"{path} is missing, and there are attempts whose hidden tests were made with it.",
            todo=f"Restore it from a copy. If there is none, `head -c {KEY_BYTES} /dev/urandom > "
            f"{path}` makes another: all grades stay, and a file that is graded again gets other "
            "inputs.",
        )


def _make(path: Path) -> None:
    temporary = path.with_name(".key.tmp")
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        os.fsync(file.fileno())
    temporary.replace(path)
