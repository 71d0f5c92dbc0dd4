"""Which files are our own: these are written again without a question, no other file ever is.

`gradebook/grades/written.txt` holds the hash of all that was written, one a line. A file that is
there may be replaced if its hash is among them, so if nobody has changed it since. The hashes are
kept first and the files written then: who is stopped between the two has lost nothing, and the same
command goes on.
"""

import glob
import hashlib
from collections.abc import Mapping
from pathlib import Path

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.grading.classroom.folders import locked


def write_own(gradebook: Path, files: Mapping[Path, bytes]) -> list[Path]:
    """Write each of `files`; those that were not as they must be already.

    Raises `UserError`, and writes none, where a file is there that is somebody else's.
    """
    folder = gradebook / "grades"
    with locked(folder):
        record = folder / "written.txt"
        for path in (record, *files):
            _throw_away_halves(path)
        known = _read(record)
        changed = [path for path, content in files.items() if not _is(path, content)]
        for path in changed:
            _refuse_somebodys(path, known)
        new = {_hash(files[path]) for path in changed} - known
        if new:
            with replacing(record) as temporary:
                temporary.write_text("".join(f"{one}\n" for one in sorted(known | new)))
        for path in changed:
            with replacing(path) as temporary:
                temporary.write_bytes(files[path])
    return changed


def _read(record: Path) -> set[str]:
    try:
        return set(record.read_text().split())
    except FileNotFoundError:
        return set()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            f"{record} can't be read: {error}.",
            todo="Move it away: it only says which files this command may write again.",
        ) from None


def _refuse_somebodys(path: Path, known: set[str]) -> None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise UserError(
            f"{path} can't be written: {error.strerror}.", todo="Give the name of a file."
        ) from None
    if _hash(content) not in known:
        raise UserError(
            f"{path} is there already, and was not written by this command or was changed since.",
            todo="Give another name, or move it away.",
        )


def _throw_away_halves(path: Path) -> None:
    """What a command that was killed had begun to write."""
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        left.unlink(missing_ok=True)


def _is(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
