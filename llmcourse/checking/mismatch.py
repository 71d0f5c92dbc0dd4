"""A result that is not the expected one."""


class Mismatch(AssertionError):
    """A result that is not the expected one, in words for the learner.

    `hint` is the part of them that the test itself gives: no word of it is from the learner's code.
    """

    def __init__(self, message: str = "", hint: str = ""):
        super().__init__(lines(message, hint))
        self.hint = hint


def lines(*parts: str) -> str:
    """The parts that say something, one below the other."""
    return "\n".join(part for part in parts if part)
