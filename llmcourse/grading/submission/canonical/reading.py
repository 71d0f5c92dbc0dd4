"""From a cell's source to its syntax tree, without the lines that are for IPython.

Such a line is `pass` in what is read and run, and is named to the learner. It is one only where
Python's own reader stops at it, so that text within quotes stays as it is.
"""

import ast
import re
from dataclasses import dataclass

from llmcourse.grading.rules.syntax import parsed

MOST_OF_A_CELL = 100_000  # characters; a syntax tree takes a thousand times the memory
MOST_PARSED = 500_000  # characters in all

_IPYTHON = re.compile(
    r"[ \t]*(?:[%!?]|(?:pip|conda)[ \t]+install\b|[\w.]+\?{1,2}[ \t]*$|[^\W\d][\w ,]*=[ \t]*[!%])"
)
_OF_THE_CELL = re.compile(r"\s*(%%(\w+)[^\n]*)")
_PYTHON_FOLLOWS = ("time", "timeit", "capture", "prun")


@dataclass
class Reader:
    """Syntax trees of sources, as long as they are not too long."""

    left: int = MOST_PARSED

    def tree(self, source: str) -> ast.Module:
        """Raises `SyntaxError`, or `OverflowError` for what would take too long."""
        if len(source) > min(MOST_OF_A_CELL, self.left):
            raise OverflowError
        self.left -= len(source)
        try:
            return parsed(source)
        except RecursionError as error:
            raise SyntaxError(str(error)) from None

    def without_ipython(self, source: str) -> tuple[str, ast.Module | None, list[str]]:
        """The source, its tree (None where it is no Python), and the lines left out of it.

        Raises `OverflowError` as `tree` does.
        """
        magic = _OF_THE_CELL.match(source)
        if magic and magic[2] not in _PYTHON_FOLLOWS:  # a script of a shell, a file, a web page
            return "", ast.Module([], []), [magic[1]]
        lines, found = source.split("\n"), []
        while True:
            try:
                return "\n".join(lines), self.tree("\n".join(lines)), found
            except SyntaxError as error:
                at = (error.lineno or 0) - 1
                is_one = 0 <= at < len(lines) and _IPYTHON.match(lines[at])
                if not is_one or (len(found) + 2) * len(source) > MOST_OF_A_CELL:
                    return "\n".join(lines), None, found
                found.append(lines[at])
                indent = lines[at][: -len(lines[at].lstrip())]
                while lines[at].endswith("\\") and at + 1 < len(lines):
                    lines[at] = indent + "pass"
                    at += 1
                lines[at] = indent + "pass"
