"""What stands in a code cell: its statements, the names that they define, and those it uses.

Statements keep their own source, so that one can be run without the others. Left out: what of it
counts (`matching`, `added`).
"""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from llmcourse.grading.rules.syntax import bound
from llmcourse.grading.submission.canonical.cells import Cell
from llmcourse.grading.submission.canonical.kept import is_kept, is_lost
from llmcourse.grading.submission.canonical.reading import Reader
from llmcourse.grading.submission.canonical.text import as_python_reads

_DEFINES = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.M)


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement that binds a name, or that an added cell may keep."""

    source: str
    names: frozenset[str]
    dump: str  # of a definition: the same where only comments and spaces differ
    is_kept: bool
    first: int  # a definition has its lines, from 1, to itself; 0 for others
    last: int


@dataclass(frozen=True, eq=False)
class Code:
    """A code cell of the learner's, looked into."""

    number: int
    name: str | None
    source: str
    ipython: tuple[str, ...]  # lines that were left out
    is_python: bool
    statements: tuple[Statement, ...]
    defines: Mapping[str, str]  # each name, with the dump of the last statement that binds it
    uses: frozenset[str]
    has_more: bool  # statements that an added cell may not keep


def codes_of(cells: Sequence[Cell]) -> tuple[list[Code], list[Cell]]:
    """What stands in the cells; and those that are too long to be looked into."""
    reader = Reader()
    ours_first = sorted(cells, key=lambda cell: cell.name is None)
    codes = {cell.number: code_of(cell, reader) for cell in ours_first}
    found = [code for cell in cells if (code := codes[cell.number])]
    return found, [cell for cell in cells if not codes[cell.number]]


def code_of(cell: Cell, reader: Reader) -> Code | None:
    """What stands in the cell; None where it is too long to be looked into."""
    try:
        source, tree, ipython = reader.without_ipython(cell.source)
    except OverflowError:
        return None
    try:
        body, lines = tree.body if tree else [], source.encode().split(b"\n")
        statements = tuple(s for node in body if (s := _statement(node, lines)))
        uses, has_more = _used(body), any(is_lost(node) for node in body)
    except RecursionError:
        tree, statements, uses, has_more = None, (), frozenset(), False
    defines = {name: s.dump for s in statements for name in s.names}
    if tree is None:  # what it would define
        defines = dict.fromkeys(_DEFINES.findall(as_python_reads(source)), "")
    return Code(
        number=cell.number,
        name=cell.name,
        source=source,
        ipython=tuple(ipython),
        is_python=tree is not None,
        statements=statements,
        defines=defines,
        uses=uses,
        has_more=has_more,
    )


def _statement(node: ast.stmt, lines: Sequence[bytes]) -> Statement | None:
    names, keep = frozenset(bound(node)), is_kept(node)
    if not names and not keep:
        return None
    first, last = node.lineno, node.end_lineno or node.lineno
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        first = min([first, *(decorator.lineno for decorator in node.decorator_list)])
        text = b"\n".join(lines[first - 1 : last]).decode()
        return Statement(text, names, ast.dump(node), keep, first, last)
    text = list(lines[first - 1 : last])
    text[-1] = text[-1][: node.end_col_offset]  # in bytes; `;` may come behind it, or before
    text[0] = text[0][node.col_offset :]
    return Statement(b"\n".join(text).decode(), names, "", keep, 0, 0)


def _used(body: Sequence[ast.stmt]) -> frozenset[str]:
    """The names that are read and nowhere bound: another cell must define them."""
    nodes = [part for node in body for part in ast.walk(node)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return frozenset(node.id for node in names) - own
