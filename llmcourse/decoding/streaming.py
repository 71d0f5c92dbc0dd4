"""Text that can be shown while it grows: never half a character, never a piece of a stop string.

A token is a piece of bytes, and a character of several bytes may be cut between two tokens. A stop
string is a piece of text, and may begin in one token and end three tokens later. Both are held back
until it is clear what they are.
"""

import codecs
from collections.abc import Sequence


class Utf8Stream:
    """Bytes in, whole characters out; bytes that are no UTF-8 become U+FFFD, as in `bytes.decode`.

    >>> utf8 = Utf8Stream()
    >>> [utf8.push(b"caf"), utf8.push(b"\\xc3"), utf8.push(b"\\xa9!")]
    ['caf', '', 'é!']
    """

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def push(self, data: bytes) -> str:
        """The characters that `data` completes."""
        return self._decoder.decode(data)

    def flush(self) -> str:
        """What is left at the end: U+FFFD for a character that never became whole."""
        return self._decoder.decode(b"", final=True)


class TextUntil:
    """Text up to the first stop string, which is left out.

    The text ends as soon as it ends in one of the stop strings, and is cut where the longest of
    those begins. So the result does not depend on how the text was cut into pieces.

    >>> until = TextUntil(["END"])
    >>> [until.push("a E"), until.push("N"), until.push("D b")], until.found
    (['a ', '', ''], True)
    """

    def __init__(self, stop: Sequence[str]) -> None:
        self.stop = tuple(stop)
        self.found = False
        self._held = ""

    def push(self, piece: str) -> str:
        """The text that `piece` makes certain; empty once a stop string was found."""
        if self.found:
            return ""
        text = self._held + piece
        ends = [(at + len(s), at) for s in self.stop if (at := text.find(s)) >= 0]
        if ends:
            self.found, self._held = True, ""
            return text[: min(ends)[1]]
        certain = len(text) - self._unsure(text)
        self._held = text[certain:]
        return text[:certain]

    def flush(self) -> str:
        """What was held back at the end of the text."""
        held, self._held = self._held, ""
        return held

    def _unsure(self, text: str) -> int:
        """Length of the longest end of `text` that is the beginning of a stop string."""
        longest = max((len(s) - 1 for s in self.stop), default=0)
        for length in range(min(longest, len(text)), 0, -1):
            if any(s.startswith(text[-length:]) for s in self.stop):
                return length
        return 0
