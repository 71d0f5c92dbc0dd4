"""Where a syntax tree does what the rules refuse: line by line, with the words for it.

Three things are looked at: imports, names and attributes that stand for a path, and attributes of
values, of which only their name is known. `getattr` counts as the attribute that it gets.
"""

import ast
from collections.abc import Iterable, Iterator

from llmcourse.grading.rules.forbidden.aliases import Aliases, root
from llmcourse.grading.rules.forbidden.rules import Rules, computed

Finding = tuple[int, str]
"""A line, from 1, and what is wrong there."""


class Findings:
    """What is wrong in trees that may use each other's names."""

    def __init__(self, rules: Rules, trees: Iterable[ast.AST]):
        self._rules = rules
        self._aliases = Aliases(rules.roots, rules.is_unreadable)
        self._aliases.follow(trees)

    def of(self, tree: ast.AST) -> Iterator[Finding]:
        """Line and words of everything in one of the trees that is refused."""
        own = set(_own_attributes(tree))
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    for name in names:
                        yield from self._of_import(node.lineno, name.name)
                case ast.ImportFrom(module=module, names=names, level=level):
                    for name in names:
                        path = f"{'.' * level}{module or ''}.{name.name}"
                        yield from self._of_import(node.lineno, path)
                case ast.Name(ctx=ast.Load()):
                    yield from self._of_paths(node, node.id)
                    if (
                        self._rules.listed
                        and id(node) not in called
                        and self._aliases.is_getattr(node)
                    ):
                        yield node.lineno, computed("getattr as a value")
                case ast.Attribute(value=value, attr=name) if id(node) not in own:
                    yield from self._of_attribute(node, value, name, _shown(node))
                case ast.Call(func=function, args=arguments) if self._aliases.is_getattr(function):
                    yield from self._of_getattr(node, arguments)
                case ast.MatchClass(cls=cls, kwd_attrs=names):
                    for name in names:
                        yield from self._of_name(cls, cls, name, f"{name}=")

    def _of_import(self, line: int, path: str) -> Iterator[Finding]:
        yield from ((line, words) for words in self._rules.of_import(path))

    def _of_paths(self, node: ast.expr, shown: str) -> Iterator[Finding]:
        for path in sorted(self._aliases.paths(node)):
            if words := self._rules.of_path(shown, path):
                yield node.lineno, words

    def _of_getattr(self, call: ast.Call, arguments: list[ast.expr]) -> Iterator[Finding]:
        match arguments:
            case [value, ast.Constant(value=str(name)), *_]:
                yield from self._of_attribute(call, value, name, f'getattr(…, "{name[:60]}")')
            case _ if self._rules.listed:
                yield call.lineno, computed("getattr with a name that is computed")

    def _of_attribute(
        self, node: ast.expr, value: ast.expr, name: str, shown: str
    ) -> Iterator[Finding]:
        """By the path where there is something wrong with it, else by the attribute's name."""
        found = list(self._of_paths(node, shown))
        yield from found or self._of_name(node, value, name, shown)

    def _of_name(self, node: ast.expr, value: ast.expr, name: str, shown: str) -> Iterator[Finding]:
        of_a_module = self._is_another_module(value)
        if words := self._rules.of_attribute(name, shown, of_a_module=of_a_module):
            yield node.lineno, words

    def _is_another_module(self, node: ast.expr) -> bool:
        """`math` of `math.exp` where `torch.exp` is forbidden, unless a value has that name too."""
        if not isinstance(node, ast.Name) or node.id in self._aliases.stored:
            return False
        return any(root(path) != "builtins" for path in self._aliases.paths(node))


def _own_attributes(tree: ast.AST) -> Iterator[int]:
    """`self.softmax` in a class that defines `softmax`: the ids of these nodes."""
    for cls in ast.walk(tree):
        if not isinstance(cls, ast.ClassDef):
            continue
        methods = [n for n in cls.body if isinstance(n, ast.FunctionDef) and n.args.args]
        of_self = [
            node
            for method in methods
            for node in ast.walk(method)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == method.args.args[0].arg
        ]
        defined = {method.name for method in methods}
        defined |= {node.attr for node in of_self if isinstance(node.ctx, ast.Store)}
        yield from (id(node) for node in of_self if node.attr in defined)


def _shown(node: ast.Attribute) -> str:
    """`F.softmax` as it was written, `.softmax` of what is no name."""
    parts, value = [node.attr], node.value
    while isinstance(value, ast.Attribute):
        parts.append(value.attr)
        value = value.value
    if not isinstance(value, ast.Name):
        return f".{node.attr[:60]}"
    return ".".join([value.id, *reversed(parts)])[:100]
