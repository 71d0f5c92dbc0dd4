"""Folders that are named after people, and that one process holds at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from llmcourse.errors import UserError

LONGEST_NAME = 200  # bytes; file systems allow 255


def folder_name(name: str) -> str:
    """A name as that of a folder, from which `urllib.parse.unquote` gives the name again.

    Letters and digits of any script stay as they are; what could lead elsewhere is written as
    %XX. Raises `UserError` for a name that no folder can have.

    >>> folder_name("Zoë"), folder_name("../x"), folder_name("o'neil, m.")
    ('Zoë', '%2E.%2Fx', 'o%27neil%2C%20m.')
    """
    safe = "".join(
        char
        if char.isalnum() or char in "-_@" or (char == "." and place > 0)
        else "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))
        for place, char in enumerate(name)
    )
    if not 0 < len(safe.encode()) <= LONGEST_NAME:
        raise UserError(
            f"The name {name[:40]!r}… is too long for a folder." if name else "A name is empty.",
            todo="Rename the student's folder.",
        )
    return safe


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait until nobody else holds the folder at `path`, and hold it for the block.

    The lock is the kernel's: it goes with the process that holds it, however that ends.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise UserError(
            f"{path} could not be made: {error.strerror}.",
            todo="Make room on the disk or correct the folder's permissions, then run the same "
            "command again.",
        ) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
