"""What the code of one submission may use before it is stopped, and what is said then.

The one place for these numbers and words: a learner's own check takes the times from here too.
"""

from dataclasses import dataclass

TOO_LONG = "It ran for too long and was stopped. Look for a loop without an end."
GONE = "Your code ended the Python that ran it, or took all memory."


@dataclass(frozen=True)
class Limits:
    """Times count from when the worker is ready: importing torch is not the learner's time."""

    wall: float | int = 120  # seconds for a notebook, each time that it is run
    cell: float | int = 20  # seconds for one cell, a solution or a test
    memory: int = 4 * 1024**3  # bytes, of all processes together
    processes: int = 64  # and threads
    disk: int = 64 * 1024**2  # bytes in the only folder that can be written
    message: int = 64 * 1024**2  # bytes of one value that crosses

    @property
    def all_used(self) -> str:
        """What is said where there is no time left."""
        return f"The notebook ran for more than {self.wall:g} s in all."


DEFAULT = Limits()
