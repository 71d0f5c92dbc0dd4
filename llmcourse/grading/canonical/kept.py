"""Which statements an added cell keeps: definitions, imports and constants that call nothing.

A cell that the learner added may hold an experiment, and running it could cost minutes or the
points of others. What a solution may need of it runs nothing by itself.
"""

import ast


def is_kept(node: ast.stmt) -> bool:
    """Whether it is a definition, an import or a constant that calls nothing."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return True
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return not node.decorator_list and not _calls_at_once(node)
    if isinstance(node, ast.ClassDef):
        outside = [*node.decorator_list, *node.keywords]
        return not outside and not _calls(*node.bases) and all(map(_is_kept_in_class, node.body))
    if isinstance(node, ast.Assign):
        return all(_is_name(t) for t in node.targets) and _is_constant(node.value)
    if isinstance(node, ast.AnnAssign):
        constant = node.value is not None and _is_constant(node.value)
        return constant and _is_name(node.target) and not _calls(node.annotation)
    return False


def _is_kept_in_class(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        marks = ("property", "staticmethod", "classmethod")  # Python's own do no harm
        known = all(isinstance(d, ast.Name) and d.id in marks for d in node.decorator_list)
        return known and not _calls_at_once(node)
    if isinstance(node, ast.AnnAssign) and node.value is None:
        return not _calls(node.annotation)
    return not is_lost(node)


def is_lost(node: ast.stmt) -> bool:
    """Whether an added cell misses it; nobody misses `pass`, or a text."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not (is_text or isinstance(node, ast.Pass) or is_kept(node))


def _calls_at_once(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a default or an annotation calls something: Python works them out at once."""
    return _calls(node.args, *([node.returns] if node.returns else []))


def _calls(*nodes: ast.AST) -> bool:
    return any(isinstance(part, ast.Call | ast.Await) for n in nodes for part in ast.walk(n))


def _is_constant(node: ast.expr) -> bool:
    """A literal, or something's name: `math.inf`."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return all(map(_is_constant, node.elts))
    if isinstance(node, ast.Dict):
        return all(k is not None and _is_constant(k) for k in node.keys) and all(
            map(_is_constant, node.values)
        )
    if isinstance(node, ast.UnaryOp):
        return _is_constant(node.operand)
    if isinstance(node, ast.Attribute):
        return _is_constant(node.value)
    return isinstance(node, ast.Constant) or _is_name(node)


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)
