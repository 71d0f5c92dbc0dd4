"""A learner's source as Python reads it: the syntax tree, and the names that a statement binds.

Nothing is run, and nothing is said of an odd escape such as `"\\d"`. Left out: what the names stand
for (`aliases`), and limits of size, which the callers set.
"""

import ast
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache


@lru_cache(maxsize=512)
def parsed(source: str) -> ast.Module:
    """The tree of `source`, made once: each task looks through all cells. Nobody changes it.

    Raises `SyntaxError` for all that is no Python, null bytes and half characters too, and
    `RecursionError` for what is nested too deep.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (ValueError, MemoryError) as error:  # null bytes; brackets in brackets in brackets
        raise SyntaxError(str(error)) from None


def bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds, without those within a scope of its own."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif not isinstance(
        node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ):
        for part in ast.iter_child_nodes(node):
            yield from bound(part)


def surely_bound(statements: Iterable[ast.stmt]) -> set[str]:
    """The names that statements of a module bind whatever happens: not those of a branch alone."""
    sure = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    sure += (ast.Assign, ast.AnnAssign)
    return {name for node in statements if isinstance(node, sure) for name in bound(node)}
