"""What names stand for: followed through a syntax tree back to the modules that they come from.

    import torch.nn.functional as F; G = F; G.softmax     -> torch.nn.functional.softmax

A path is such a dotted name. Imports, assignments, defaults and loops over a list give names to
paths; a name may stand for several, and is one name in all scopes, so that none is overlooked. Left
out: what values are, and which paths a task forbids (`forbidden`).
"""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator

_OF_A_KERNEL = ("__builtins__", "get_ipython")  # names that are there, though nothing imports them

_MOST_PATHS, _MOST_PARTS, _MOST_ROUNDS = 8, 8, 8  # for sources that are made to take long


class Aliases:
    """What each name may stand for, by all the sources that were followed."""

    def __init__(self, roots: Iterable[str], counts: Callable[[str], bool]):
        """`roots` are modules that need no import; a star import gives the paths that `counts`."""
        self._roots, self._counts = set(roots), counts
        self._aliases: dict[str, set[str]] = {}
        self._stars: set[str] = set()  # modules of which everything is imported
        self.stored: set[str] = set()  # names that may be something else than a module

    def follow(self, trees: Iterable[ast.AST]) -> None:
        """Learn what each name may stand for. A name is one name, in whichever scope it is."""
        nodes = [node for tree in trees for node in ast.walk(tree)]
        for node in nodes:
            match node:
                case (
                    ast.arg(arg=str(name))
                    | ast.FunctionDef(name=str(name))
                    | ast.AsyncFunctionDef(name=str(name))
                    | ast.ClassDef(name=str(name))
                    | ast.MatchAs(name=str(name))
                    | ast.MatchStar(name=str(name))
                    | ast.MatchMapping(rest=str(name))
                    | ast.Name(id=str(name), ctx=ast.Store())
                ):
                    self.stored.add(name)
                case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")]):
                    self._stars.add(module)
        bindings = [pair for node in nodes for pair in _given(node)]
        for _ in range(_MOST_ROUNDS):
            if not sum(self._learn(target, value) for target, value in bindings):
                return

    def _learn(self, target: str, value: ast.expr | str) -> bool:
        known = self._aliases.get(target, set())
        if len(known) > _MOST_PATHS:
            return False
        found = {value} if isinstance(value, str) else self.paths(value)
        new = {path for path in found - known if path.count(".") < _MOST_PARTS}
        self._aliases[target] = known | new
        return bool(new)

    def paths(self, node: ast.expr) -> set[str]:
        """The dotted names that an expression may stand for; none for what is a value."""
        match node:
            case ast.Name(id=name):
                if name in self._aliases:
                    return self._aliases[name]
                if name in self._roots:
                    return {name}
                known = hasattr(builtins, name) or name in _OF_A_KERNEL
                of_stars = (f"{module}.{name}" for module in self._stars)
                found = {path for path in of_stars if self._counts(path)}
                return found | ({f"builtins.{name}"} if known else set())
            case ast.Attribute(value=value, attr=attribute):
                return {f"{path}.{attribute}" for path in self.paths(value)}
            case ast.Call(args=[value, ast.Constant(value=str(attribute)), *_]):
                if self.is_getattr(node.func):
                    return {f"{path}.{attribute}" for path in self.paths(value)}
            case ast.IfExp(body=one, orelse=other):
                return self.paths(one) | self.paths(other)
            case ast.BoolOp(values=several):
                return set().union(*map(self.paths, several))
            case ast.Subscript(value=ast.List(elts=several) | ast.Tuple(elts=several)):
                return set().union(*map(self.paths, several))
            case ast.NamedExpr(value=value) | ast.Starred(value=value):
                return self.paths(value)
        return set()

    def is_getattr(self, node: ast.expr) -> bool:
        """Whether it is Python's own `getattr`, under whichever name."""
        return self.paths(node) == {"builtins.getattr"}


def _given(node: ast.AST) -> Iterator[tuple[str, ast.expr | str]]:
    """Names that a node gives to modules or values, each with what it is then."""
    match node:
        case ast.Import(names=names):
            for name in names:
                yield name.asname or root(name.name), name.name if name.asname else root(name.name)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            for name in names:
                yield name.asname or name.name, f"{module}.{name.name}"
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _pairs(target, value)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.NamedExpr(target=target, value=value)
        ):
            yield from _pairs(target, value)
        case (
            ast.For(target=target, iter=ast.List(elts=several) | ast.Tuple(elts=several))
            | ast.comprehension(
                target=target, iter=ast.List(elts=several) | ast.Tuple(elts=several)
            )
        ):
            for value in several:
                yield from _pairs(target, value)
        case ast.arguments():
            defaults = [*reversed(node.defaults), *reversed(node.kw_defaults)]
            last = [*reversed([*node.posonlyargs, *node.args])][: len(node.defaults)]
            for argument, value in zip([*last, *reversed(node.kwonlyargs)], defaults, strict=True):
                if value is not None:
                    yield argument.arg, value


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """`a, b = x, y` is two assignments."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif (
        isinstance(target, ast.Tuple | ast.List)
        and isinstance(value, ast.Tuple | ast.List)
        and len(target.elts) == len(value.elts)
    ):
        for one, other in zip(target.elts, value.elts, strict=True):
            yield from _pairs(one, other)


def within(path: str, whole: str) -> bool:
    """Whether a path is another, or below it."""
    return path == whole or path.startswith(f"{whole}.")


def root(path: str) -> str:
    """`torch` of `torch.nn.functional`."""
    return path.partition(".")[0]


def leaf(path: str) -> str:
    """`softmax` of `torch._softmax`."""
    return path.rpartition(".")[2].strip("_")
