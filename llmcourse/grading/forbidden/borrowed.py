"""What a cell uses of the cells above it: the statements that bind what it reads.

A solution may call a helper of an earlier cell, and that one another. Of names that a cell binds
before it reads them, nothing is borrowed. Left out: what is wrong with any of it (`forbidden`).
"""

import ast
import symtable
from collections.abc import Iterator, Sequence

from llmcourse.grading.forbidden.aliases import root
from llmcourse.grading.syntax import surely_bound


def borrowed(
    source: str, cell: ast.Module, before: Sequence[ast.Module]
) -> list[tuple[str, ast.stmt]]:
    """The statements of earlier cells that the cell uses, however indirectly, each with a name."""
    if not before:
        return []
    made: dict[str, list[ast.stmt]] = {}
    for tree in before:
        for statement in tree.body:
            for name in _binds(statement):
                made.setdefault(name, []).append(statement)
    wanted, found = sorted(_missing(source, cell)), {}
    for name in wanted:  # grows while it is read
        for statement in made.get(name, ()):
            if id(statement) not in found:
                found[id(statement)] = name, statement
                wanted += sorted(_loads(statement) - set(wanted))
    return list(found.values())


def _missing(source: str, cell: ast.Module) -> set[str]:
    """The global names that a cell reads before it has made them, or without making them."""
    made: set[str] = set()
    missing: set[str] = set()
    for statement in cell.body:
        missing |= _loads(statement, at_once=True) - made
        made |= surely_bound([statement])
    try:
        table = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError):  # `return` outside a function: it will not run
        return missing
    scopes = list(table.get_children())
    for scope in scopes:  # grows while it is read
        scopes += scope.get_children()
        missing |= {
            symbol.get_name()
            for symbol in scope.get_symbols()
            if symbol.is_global() and symbol.is_referenced() and symbol.get_name() not in made
        }
    return missing


def _binds(statement: ast.stmt) -> set[str]:
    """The global names that a statement makes, in its branches too."""
    names = set()
    for node in _outside_functions(statement):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                names.add(name)
            case ast.alias():
                names.add(node.asname or root(node.name))
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.ExceptHandler(name=str(name)):
                names.add(name)
    return names | {n for g in ast.walk(statement) if isinstance(g, ast.Global) for n in g.names}


def _loads(statement: ast.stmt, *, at_once: bool = False) -> set[str]:
    """The names that a statement reads; `at_once`: without those that its functions read later."""
    nodes = _outside_functions(statement) if at_once else ast.walk(statement)
    return {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a statement that run with it: of a function its decorators and defaults."""
    yield node
    for part, value in ast.iter_fields(node):
        if part == "body" and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _outside_functions(child)
