"""What a cell uses of the cells above it: the statements that bind what it reads.

A solution may call a helper of an earlier cell, and that one another. Of names that a cell binds
before it reads them, nothing is borrowed. What gives a thing another attribute counts as used by
all: `torch.exp` may be something else behind it. Left out: what is wrong with any of it
(`forbidden`).
"""

import ast
import symtable
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from llmcourse.grading.rules.forbidden.aliases import root
from llmcourse.grading.rules.syntax import surely_bound

_CHANGES = {"setattr", "__setattr__", "mock", "patch"}  # what gives attributes by another name


def borrowed(
    source: str, cell: ast.Module, before: Sequence[ast.Module], modules: Collection[str]
) -> list[tuple[str, ast.stmt]]:
    """The statements of earlier cells that the cell uses, however indirectly, each with a name.

    Where there are `modules` that it uses, also those that may change what is in these.
    """
    if not before:
        return []
    made: dict[str, list[ast.stmt]] = {}
    for tree in before:
        for statement in tree.body:
            for name in _binds(statement):
                made.setdefault(name, []).append(statement)
    found: dict[int, tuple[str, ast.stmt]] = {}
    _find(found, sorted(_missing(source, cell)), made)
    for statement in (statement for tree in before for statement in tree.body if modules):
        if changed := _changes(statement):
            found[id(statement)] = changed, statement
            _find(found, sorted(_loads(statement)), made, modules)
    return list(found.values())


def _find(
    found: dict[int, tuple[str, ast.stmt]],
    wanted: list[str],
    made: Mapping[str, Sequence[ast.stmt]],
    modules: Collection[str] | None = None,
) -> None:
    """Add what makes the wanted names, and what that needs; of imports those of the `modules`."""
    for name in wanted:  # grows while it is read
        for statement in made.get(name, ()):
            if id(statement) in found or not _is_of(statement, modules):
                continue
            found[id(statement)] = name, statement
            wanted += sorted(_loads(statement) - set(wanted))


def _is_of(statement: ast.stmt, modules: Collection[str] | None) -> bool:
    match statement:
        case ast.ImportFrom(module=module) if modules is not None:
            return root(module or "") in modules
        case ast.Import(names=names) if modules is not None:
            return any(root(name.name) in modules for name in names)
    return True


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


@lru_cache(maxsize=4096)
def _changes(statement: ast.stmt) -> str:
    """A name in a statement that may give something of another's an attribute; else nothing.

    The fields of an object of one's own, given by its methods, are no such thing.
    """
    own = {
        id(node)
        for cls in ast.walk(statement)
        if isinstance(cls, ast.ClassDef)
        for method in cls.body
        if isinstance(method, ast.FunctionDef) and method.args.args
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == method.args.args[0].arg
    }
    for node in ast.walk(statement):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in _CHANGES:
                return name
            case ast.alias(name=name) if not _CHANGES.isdisjoint(name.split(".")):
                return name
            case ast.Attribute(attr=name, ctx=ast.Store()) if id(node) not in own:
                return name
    return ""


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
