"""A MyST text as blocks: prose, and fences of backticks, tildes or colons.

Only what a line can show is looked at. A fence opens with three marks or more and closes with a
line of the same mark, at least as many; what lies between belongs to it, other fences included.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from llmcourse.errors import UserError

OPENING = re.compile(r"^(?P<indent>\s*)(?P<marks>`{3,}|~{3,}|:{3,})(?P<info>.*)$")
DIRECTIVE = re.compile(r"^\{(?P<name>[^}]*)\}\s*(?P<argument>.*)$")


class Prose(NamedTuple):
    """Lines outside every fence; `line` is the number of the first one in the file."""

    line: int
    lines: list[str]


class Fence(NamedTuple):
    """A fence with its first and last line; `line` is the number of the first one in the file."""

    line: int
    lines: list[str]
    indent: str
    marks: str
    info: str

    @property
    def body(self) -> list[str]:
        """What lies between the marks."""
        return self.lines[1:-1]

    @property
    def directive(self) -> str | None:
        """The name in braces, as in ```` ```{code-cell} ````, or None for plain code."""
        named = DIRECTIVE.match(self.info)
        return named["name"] if named else None

    @property
    def argument(self) -> str:
        """What follows the directive's name on its line."""
        named = DIRECTIVE.match(self.info)
        return named["argument"] if named else ""


def blocks(lines: Sequence[str], first: int, path: str) -> list[Prose | Fence]:
    """The blocks of `lines`, of which the first has the number `first` in the file `path`.

    >>> blocks(["Read:", ":::{note}", "Twice.", ":::"], 1, "page.md")[1].directive
    'note'

    Raises UserError for a fence that is never closed.
    """
    found: list[Prose | Fence] = []
    prose: list[str] = []
    at = 0
    while at < len(lines):
        opened = _opening(lines[at])
        if opened is None:
            prose.append(lines[at])
            at += 1
            continue
        if prose:
            found.append(Prose(first + at - len(prose), prose))
            prose = []
        end = _end(lines, at, opened["marks"], first, path)
        whole = list(lines[at : end + 1])
        found.append(
            Fence(first + at, whole, opened["indent"], opened["marks"], opened["info"].strip())
        )
        at = end + 1
    if prose:
        found.append(Prose(first + len(lines) - len(prose), prose))
    return found


def _opening(line: str) -> re.Match[str] | None:
    opened = OPENING.match(line)
    # ```this``` in a line of prose is code, not a fence.
    if opened and opened["marks"][0] == "`" and "`" in opened["info"]:
        return None
    return opened


def _end(lines: Sequence[str], start: int, marks: str, first: int, path: str) -> int:
    closing = re.compile(rf"^\s*{marks[0]}{{{len(marks)},}}\s*$")
    for at in range(start + 1, len(lines)):
        if closing.match(lines[at]):
            return at
        inner = _opening(lines[at])
        # A fence inside needs fewer marks than the one around it. One that has as many would close
        # it at the wrong place, and stands there because a closing line was forgotten.
        if inner and inner["marks"].startswith(marks):
            raise _never_closed(path, first + start, marks, f"before line {first + at}")
    raise _never_closed(path, first + start, marks, "before the text ends")


def _never_closed(path: str, line: int, marks: str, where: str) -> UserError:
    return UserError(
        f"{path}, line {line}: the fence {marks} is not closed {where}.",
        todo=f"Write a line {marks} where the block ends (a fence around another one needs more "
        "marks than the inner one).",
    )
