"""What is wrong with a path, an import or an attribute of unknown origin, and how that is said.

A path is refused when the task forbids it, when what it calls can't be read from the source, or
when the set doesn't allow its module. Left out: where in a source it stands (`findings`).
"""

import builtins
import importlib
import sys
import types
from collections.abc import Iterator, Sequence
from functools import lru_cache

from llmcourse.grading.rules.forbidden.aliases import leaf, root, within

TEXT_AS_CODE = (
    *("builtins.eval", "builtins.exec", "builtins.compile", "builtins.__import__"),
    *("builtins.__builtins__", "builtins.__loader__", "builtins.__spec__", "builtins.get_ipython"),
    *("importlib", "runpy", "pkgutil", "imp", "zipimport", "code", "codeop", "sys.modules"),
    *("ctypes", "marshal", "pickle"),
)
"""Refused in every task: with these a source doesn't show what it calls or imports."""

ROUNDABOUT = (
    *("builtins.vars", "builtins.globals", "builtins.locals", "inspect", "gc"),
    *("operator.attrgetter", "operator.methodcaller"),
    *("torch.ops", "torch.jit", "torch.fx", "torch.overrides", "torch.library", "torch.package"),
    *("torch.hub", "torch.utils.cpp_extension", "torch.utils.benchmark", "torch.load"),
    *("torch.serialization", "torch.distributed", "torch.multiprocessing", "torch.classes"),
    *("torch.export", "torch.onnx", "builtins.breakpoint", "builtins.help"),
    *("functools.singledispatch", "functools.singledispatchmethod"),
    *("dataclasses.make_dataclass", "typing.get_type_hints", "typing.ForwardRef"),
    *("typing.evaluate_forward_ref", "string.Formatter"),
)
"""Refused where a task forbids anything: each reaches a function without its public name."""

ROUNDABOUT_ATTRIBUTES = {
    *("__dict__", "__getattribute__", "__getattr__", "__globals__", "__builtins__"),
    *("__subclasses__", "__loader__", "__spec__", "__reduce__", "__reduce_ex__", "__self__"),
    *("attrgetter", "methodcaller", "get_type_hints", "get_field", "singledispatch"),
}

LIBRARY = (
    *("__future__", "abc", "array", "bisect", "cmath", "collections", "contextlib", "copy"),
    *("dataclasses", "decimal", "enum", "fractions", "functools", "hashlib", "heapq"),
    *("io.BytesIO", "io.StringIO", "itertools", "json", "math", "numbers", "operator", "random"),
    *("re", "statistics", "string", "struct", "textwrap", "time", "types.SimpleNamespace"),
    *("typing", "unicodedata", "warnings"),
)
"""Of the standard library, where a task forbids anything: what can't look a name up or run text."""

# `text.split` is no `torch.split`: a name that Python's own values have says nothing by itself.
_COMMON = {
    name
    for kind in (str, bytes, bytearray, list, dict, set, tuple, int, float, complex, memoryview)
    for name in dir(kind)
}

_WRITE_IT = (
    "Writing it is what this task asks of you, so it earns no points. Use simpler operations; the "
    "task's text says what to start from."
)


class Rules:
    """What a task forbids and what its set allows, asked path by path."""

    def __init__(self, listed: Sequence[str], imports: Sequence[str]):
        self.listed, self.imports = listed, imports
        self._forbidden = {_full(name): name for name in listed}
        self._leaves = {leaf(name): name for name in reversed(listed)}
        self._methods = {leaf(name) for name in listed if is_method(name)}
        self._fine: set[tuple[str, str]] = set()
        self._roots = {root(path) for path in self._forbidden}
        # What a set-up cell has imported: a name of its own in the learner's.
        self.roots = ({root(name) for name in imports} | self._roots) - {"builtins"}

    def is_unreadable(self, path: str) -> bool:
        """Whether a source that goes this way doesn't show what it calls."""
        parts = path.split(".")
        # `torch.inspect`, `re.enum.sys`: a module has as attributes the modules that it imports.
        ways = [".".join(parts[at:]) for at in range(len(parts))]
        if any(within(way, other) for way in ways for other in TEXT_AS_CODE):
            return True
        private = [part for part in parts if part.startswith("_") and not part.endswith("__")]
        return bool(self.listed) and (
            any(within(way, other) for way in ways for other in ROUNDABOUT)
            or not ROUNDABOUT_ATTRIBUTES.isdisjoint(parts[1:])
            or (parts[0] == "torch" and bool(private))
            or _is_a_module_elsewhere(path)
        )

    def of_path(self, shown: str, path: str, verb: str = "uses") -> str | None:
        """What is wrong with one path; each is looked at once, for a source may repeat it."""
        if (path, verb) not in self._fine:
            if name := self._forbids(path):
                return f"{verb} {shown}{'' if shown == name else f' ({name})'}. {_WRITE_IT}"
            if self.is_unreadable(path):
                return computed(shown, verb)
            if verb == "uses" and not path.startswith("builtins.") and not self._allowed(path):
                return self._no_import(path, verb)
            self._fine.add((path, verb))
        return None

    def of_import(self, path: str) -> Iterator[str]:
        """What is wrong with importing a path; its last part may be `*`."""
        module, _, name = path.rpartition(".")
        if name == "*":
            if self.listed and root(module) in self._roots:
                yield (
                    f"imports everything from {module}. What is called then can't be read from "
                    "the source, so it earns no points. Import the names that you need."
                )
            path = module
        if words := self.of_path(path, path, "imports"):
            yield words
        elif root(path) == "builtins":
            yield computed(path, "imports")
        elif not self._allowed(path):
            yield self._no_import(path)

    def of_attribute(self, name: str, shown: str, *, of_a_module: bool) -> str | None:
        """What the name of an attribute says by itself; `of_a_module`: its path says more."""
        if self.listed and name in ROUNDABOUT_ATTRIBUTES:
            return computed(shown)
        known = self._leaves.get(bare := name.strip("_"))
        says_enough = bare in self._methods or bare not in _COMMON
        if known and says_enough and not of_a_module:
            return f"uses {shown}{'' if shown == known else f' ({known})'}. {_WRITE_IT}"
        return None

    def _forbids(self, path: str) -> str | None:
        """The name in the contract that a path is, is below, or is another spelling of."""
        for full, name in self._forbidden.items():
            if within(path, full):
                return name
        for full, name in self._forbidden.items():
            if root(path) == root(full) and leaf(path) == leaf(full) and "." in path:
                return name
        return None

    def _allowed(self, path: str) -> bool:
        """Of the standard library, or in one line with an allowed module, below it or above.

        Where a task forbids anything, that is a part of the library, and the way to what is
        forbidden, of which the call itself says more.
        """
        top = root(path)
        if top in sys.stdlib_module_names and not self.listed:
            return top.startswith("__") or not top.startswith("_")
        known = (*self.imports, *(LIBRARY if self.listed else ()))
        return any(within(path, name) or within(name, path) for name in known) or any(
            within(full, path) for full in self._forbidden
        )

    def _no_import(self, path: str, verb: str = "imports") -> str:
        library = [name for name in LIBRARY if "_" not in name] if self.listed else None
        others = [name for name in self.imports if name not in sys.stdlib_module_names]
        what = "task, which rules out calls," if library else "set"
        may = ", ".join([*(library or ["the standard library"]), *others])
        return (
            f"{verb} {path[:100]}. A solution of this {what} may import {may} and nothing else, so "
            "it earns no points. Delete the line, and write what you need of it with those."
        )


def computed(shown: str, verb: str = "uses") -> str:
    """What is said of that which can't be followed."""
    return (
        f"{verb} {shown[:100]}. What is called by way of it can't be read from the source, so it "
        "earns no points. Write the call itself, by its public name."
    )


@lru_cache(maxsize=4096)
def _is_a_module_elsewhere(path: str) -> bool:
    """Whether a path of the library leads to a module that is not of it, as `enum.bltns` does.

    The modules that a solution may import are loaded for that, and no other.
    """
    top, *names = path.split(".")
    if top not in LIBRARY:
        return False
    found = importlib.import_module(top)
    for name in names:
        found = getattr(found, name, None)
        if isinstance(found, types.ModuleType) and root(found.__name__) not in LIBRARY:
            return True
    return False


def is_method(name: str) -> bool:
    """`Tensor.softmax` or `str.join`: any value's method of that name is meant."""
    return name.count(".") == 1 and (
        root(name) == "Tensor" or isinstance(getattr(builtins, root(name), None), type)
    )


def _full(name: str) -> str:
    """The path by which a name of the contract is reached.

    >>> _full("Tensor.softmax"), _full("sorted")
    ('torch.Tensor.softmax', 'builtins.sorted')
    """
    if root(name) == "Tensor":
        return f"torch.{name}"
    return f"builtins.{name}" if hasattr(builtins, root(name)) else name
