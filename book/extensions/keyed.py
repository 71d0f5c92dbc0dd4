"""Sphinx extension: a page is executed again when the code that it imports has changed.

The cache of executed pages compares a page's own cells and nothing else, so it would show old
results after a change in the package. Here each page gets a key, the hash of every module that it
imports and of what those import in turn, in a place that the cache does compare: the kernelspec.
"""

import ast
import hashlib
import re
from pathlib import Path

import grimp
from sphinx.application import Sphinx

PACKAGE = "llmcourse"
MEASURED = re.compile(r"\bmeasured\(\"([\w-]+)\"\)")
CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    root = Path(app.srcdir)
    graph = grimp.build_graph(PACKAGE, cache_dir=None)

    def add_key(app: Sphinx, docname: str, source: list[str]) -> None:
        source[0] = with_key(source[0], key(source[0], graph, root))

    app.connect("source-read", add_key)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def key(text: str, graph: grimp.ImportGraph, root: Path) -> str:
    """The hash of all code of the package that the page `text` can reach, and its measurements."""
    modules = set()
    for name in imported(text):
        while name not in graph.modules:  # a name that a module holds: its module
            name = name.rpartition(".")[0]
        modules |= {name, *graph.find_upstream_modules(name)}
    paths = {path for module in modules for path in _files(module, root)}
    paths |= {root / PACKAGE / "measured" / f"{name}.json" for name in MEASURED.findall(text)}
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def imported(text: str) -> set[str]:
    """What the cells of a page import from the package, as dotted names."""
    names = set()
    for cell in CELL.findall(text):
        code = "\n".join(line for line in cell.splitlines() if not line.startswith((":", "%", "!")))
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.partition(".")[0] == PACKAGE}


def with_key(text: str, key: str) -> str:
    """The page with `key` in its kernelspec; a page that runs nothing stays as it is."""
    return re.sub(
        r"^kernelspec:\n", f"kernelspec:\n  {PACKAGE}: {key}\n", text, count=1, flags=re.MULTILINE
    )


def _files(module: str, root: Path) -> list[Path]:
    """The module and what bears its name beside it, as a figure's JavaScript and its style do.

    For a package: what stands in its folder and is not Python.
    """
    path = root / module.replace(".", "/")
    if not path.is_dir():
        return sorted(path.parent.glob(f"{path.name}.*"))
    return [path / "__init__.py", *(p for p in path.iterdir() if p.is_file() and p.suffix != ".py")]
