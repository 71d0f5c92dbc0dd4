"""What the code of one submission may use before it is stopped."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Times count from when the worker is ready: importing torch is not the learner's time."""

    wall: float | int = 120  # seconds for a notebook, each time that it is run
    cell: float | int = 20  # seconds for one cell, a solution or a test
    memory: int = 4 * 1024**3  # bytes, of all processes together
    processes: int = 64  # and threads
    disk: int = 64 * 1024**2  # bytes in the only folder that can be written
    message: int = 64 * 1024**2  # bytes of one value that crosses


DEFAULT = Limits()
