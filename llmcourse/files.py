"""Files that are whole or not there: written to a temporary name, then renamed."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llmcourse.errors import UserError


@contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """Give a temporary path beside `path`; when the block ends well, it takes `path`'s place.

    A reader sees the old file or the new one, never half of one; a full disk or a killed process
    leaves the old file as it was.

    >>> with replacing("config.json") as temporary:
    ...     temporary.write_text("{}")
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        with open(temporary, "rb+") as file:
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise UserError(
            f"{path} could not be written: {error.strerror or error}. "
            "What was there before is unchanged.",
            todo="Free some disk space or choose another folder, then run the same command again.",
        ) from error
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def _umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def user_cache() -> Path:
    """The folder for what can be made again: `$LLMCOURSE_CACHE`, else `~/.cache/llmcourse`."""
    if folder := os.environ.get("LLMCOURSE_CACHE"):
        return Path(folder)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "llmcourse"
