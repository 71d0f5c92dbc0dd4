"""By what a release is known again: a hash of itself, in its own metadata.

So a notebook in which somebody has worked is told from one that may be written again.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from llmcourse.errors import UserError
from llmcourse.grading.notebook.original import MARK


def is_release(path: Path) -> bool:
    """Whether the notebook at `path` is, byte for byte, what an earlier release wrote."""
    return _mark(path) is not None


def marked(notebook: dict[str, Any], said: dict[str, Any]) -> bytes:
    """The file of a release: `notebook`, with what it says of itself and its own hash."""
    notebook["metadata"][MARK] = {**said, "release": _digest(notebook)}
    return _bytes(notebook)


def refuse_overwriting(wanted: dict[Path, bytes]) -> None:
    """Raise `UserError` for a file that is there and that no release wrote."""
    marks = {path.parent: _mark(path) for path in wanted if path.suffix == ".ipynb"}
    for path, content in wanted.items():
        if not path.exists() or path.read_bytes() == content:
            continue
        mark = marks[path.parent]
        if path.suffix == ".ipynb":
            ours = mark is not None
        else:
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
            ours = mark is not None and mark["data"].get(path.name) == sha256
        if not ours:
            raise UserError(
                f"{path} is not an earlier release: somebody has worked in it, or another program "
                "wrote it (nbgrader's generate_assignment does).",
                todo="Move it away to keep that work, or overwrite it: llmcourse release --force",
            )


def _mark(path: Path) -> dict[str, Any] | None:
    """What a release says of itself, or None where the file is not one, or not any more."""
    try:
        content = path.read_bytes()
        notebook = json.loads(content)
        mark = notebook["metadata"].pop(MARK)
        if mark["release"] != _digest(notebook):
            return None
        notebook["metadata"][MARK] = mark
        return mark if _bytes(notebook) == content else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _digest(notebook: dict[str, Any]) -> str:
    return hashlib.sha256(_bytes(notebook)).hexdigest()


def _bytes(notebook: dict[str, Any]) -> bytes:
    """The file, as nbformat writes it."""
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
