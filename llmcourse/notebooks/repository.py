"""The repository's texts, their notebooks beside them, and which of these are out of step.

Also which pages the book's table of contents leaves out: they are not built, and nobody finds them.
"""

import json
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import yaml

from llmcourse.errors import UserError
from llmcourse.files import replacing
from llmcourse.notebooks.addresses import Addresses
from llmcourse.notebooks.citations import references
from llmcourse.notebooks.colab import install_cell, link_cell
from llmcourse.notebooks.flatten import flatten
from llmcourse.notebooks.identity import as_bytes, identify, strip
from llmcourse.notebooks.source import read
from llmcourse.pages import repository

CONTENTS = "_toc.yml"


class OutOfStep(NamedTuple):
    """A notebook that is not what its text gives: where it differs first, and what mends it.

    Or a page that is in no table of contents.
    """

    notebook: Path
    why: str
    todo: str


def texts(root: Path) -> list[Path]:
    """The texts that have a notebook: pages with a header or a code cell, and all problem sets.

    A page of prose alone needs none. One with a code cell and no header counts, so that what it
    lacks is said.
    """
    pages = [path for path in sorted((root / "book").rglob("*.md")) if _is_notebook(path, root)]
    return [*pages, *sorted((root / "solutions").glob("*/*.md"))]


def notebook_of(path: Path, root: Path) -> nbformat.NotebookNode:
    """The notebook of one text, as it must stand beside it.

    Raises UserError with file and line for whatever keeps the text from becoming one.
    """
    place = path.relative_to(root).as_posix()
    text = _text(path, root)
    addresses = Addresses.of(repository())
    notebook = read(text, place)
    flatten(notebook, text, place, references(root), addresses)
    strip(notebook)
    identify(notebook, place)
    before = [install_cell(addresses)]
    if place.startswith("book/"):
        before.insert(0, link_cell(place, _title(notebook, place), addresses))
    notebook.cells = [*before, *notebook.cells]
    return notebook


def write(root: Path) -> list[Path]:
    """Write the notebooks that are out of step, and return them; none where a text is wrong."""
    written = []
    for path, wanted in _wanted(root).items():
        if not path.exists() or path.read_bytes() != wanted:
            with replacing(path) as temporary:
                temporary.write_bytes(wanted)
            written.append(path)
    return written


def out_of_step(root: Path) -> list[OutOfStep]:
    """The notebooks that `write` would change, and those whose text is gone."""
    found = []
    wanted = _wanted(root)
    for path, want in wanted.items():
        have = path.read_bytes() if path.exists() else None
        if have != want:
            why = "it is missing" if have is None else _difference(have, want)
            found.append(OutOfStep(path, why, "Run: python -m llmcourse.notebooks"))
    kept = [*(root / "book").rglob("*.ipynb"), *(root / "solutions").glob("*/*.ipynb")]
    for path in sorted(path for path in kept if _is_ours(path, root) and path not in wanted):
        why = f"there is no text {path.with_suffix('.md').name} beside it"
        found.append(OutOfStep(path, why, "Delete it, or write the text."))
    return found


def unlisted(root: Path) -> list[OutOfStep]:
    """The pages of the book that its table of contents doesn't name.

    Raises UserError for a table that is missing or can't be read.
    """
    listed = {(root / name).with_suffix("") for name in _listed(root)}
    pages = [path for path in sorted((root / "book").rglob("*.md")) if _is_ours(path, root)]
    return [
        OutOfStep(
            page,
            f"{CONTENTS} does not name this page, so the book is built without it",
            f"Add it to {CONTENTS}: - file: {page.relative_to(root).as_posix()}",
        )
        for page in pages
        if page.with_suffix("") not in listed
    ]


def _listed(root: Path) -> set[str]:
    try:
        table = yaml.safe_load((root / CONTENTS).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        why = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise UserError(
            f"{CONTENTS} can't be read: {why}.",
            todo="Mend it; it names the pages of the book in their order.",
        ) from error
    return set(_names(table))


def _names(entry: Any) -> Iterator[str]:
    """The pages that a part of the table of contents names, at whatever depth."""
    if isinstance(entry, list):
        for item in entry:
            yield from _names(item)
    elif isinstance(entry, dict):
        for key, value in entry.items():
            if key in ("root", "file") and isinstance(value, str):
                yield value
            else:
                yield from _names(value)


def _wanted(root: Path) -> dict[Path, bytes]:
    if not (root / "book").is_dir():
        raise UserError(
            f"{root.resolve()} has no folder book.",
            todo="Run the command in the root of the repository, or name that by --root.",
        )
    return {path.with_suffix(".ipynb"): as_bytes(notebook_of(path, root)) for path in texts(root)}


def _text(path: Path, root: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path.relative_to(root).as_posix()} is not UTF-8: {error.reason} at byte "
            f"{error.start}.",
            todo="Save it as UTF-8.",
        ) from error


def _is_notebook(path: Path, root: Path) -> bool:
    if not _is_ours(path, root):
        return False
    text = _text(path, root)
    header = re.match(r"---\n.*?^(jupytext|kernelspec):.*?^---", text, re.DOTALL | re.MULTILINE)
    return bool(header or re.search(r"^\s*(`{3,}|~{3,})\{code-cell\}", text, re.MULTILINE))


def _is_ours(path: Path, root: Path) -> bool:
    """Not the built book (`_build`) nor what an editor left (`.ipynb_checkpoints`)."""
    return not any(part.startswith(("_", ".")) for part in path.relative_to(root).parts)


def _title(notebook: nbformat.NotebookNode, path: str) -> str:
    first = notebook.cells[0].source if notebook.cells else ""
    if not first.startswith("# "):
        raise UserError(f"{path}: the page has no title.", todo="Let `# Title` follow the header.")
    return first.split("\n")[0].removeprefix("# ").strip()


def _difference(have: bytes, want: bytes) -> str:
    """Where the notebook differs first from the one that its text gives."""
    try:
        old = json.loads(have)
    except ValueError:
        return "it is not JSON"
    new = json.loads(want)
    old = old if isinstance(old, dict) else {}
    cells = old.get("cells")
    pairs = zip_longest(cells if isinstance(cells, list) else [], new["cells"])
    for number, (there, here) in enumerate(pairs, 1):
        if there != here:
            return f"cell {number} ({_name(here or there)}) is {_how(there, here)}"
    return "its metadata is not what the text gives" if old != new else "its spacing is not ours"


def _name(cell: Any) -> str:
    return str(cell.get("id", "without id")) if isinstance(cell, dict) else "no cell"


def _how(there: Any, here: Any) -> str:
    if there is None:
        return "missing"
    if here is None:
        return "not in the text"
    if isinstance(there, dict) and there.get("source") == here["source"]:
        keys = sorted(key for key in {*there, *here} if there.get(key) != here.get(key))
        return f"not as the text gives it ({', '.join(keys)})"
    return "not as the text gives it"
