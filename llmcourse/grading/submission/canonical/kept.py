"""Which statements an added cell keeps: all but loops, and expressions that stand alone.

Each is run by itself, in the sandbox, so that one which raises or never ends costs nothing but
itself. Left out is what a solution can hardly miss and what experiments are made of: prints, calls
whose result nobody keeps, and loops.
"""

import ast

_LEFT_OUT = (ast.Expr, ast.For, ast.AsyncFor, ast.While)
_NEVER_MISSED = (ast.Pass, ast.Assert, ast.Raise)


def is_kept(node: ast.stmt) -> bool:
    """Whether it is run wherever it stands."""
    return not isinstance(node, (*_LEFT_OUT, *_NEVER_MISSED))


def is_lost(node: ast.stmt) -> bool:
    """Whether an added cell misses it; nobody misses a text."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return isinstance(node, _LEFT_OUT) and not is_text
