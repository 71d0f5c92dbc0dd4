"""Reading a text: what every page and problem set must have, checked before it is converted.

jupytext takes nearly anything for a notebook, and myst-nb builds it. What would go wrong later, in
another place and in other words, is said here with file and line.
"""

import re
from collections.abc import Iterator
from typing import Any

import jupytext
import nbformat
import yaml
from jupytext.myst import MystMetadataParsingError

from llmcourse.errors import UserError
from llmcourse.notebooks.blocks import Fence, Prose, blocks

ADMONITIONS = ("note", "tip", "warning")
DIRECTIVES = ("code-cell", *ADMONITIONS, "figure", "image", "bibliography")
"""All directives of a text. `flatten` knows each; a new one is added there and here."""

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
    format_version: 0.13
    jupytext_version: 1.17.2
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---
"""
"""The full header. Without it the same text is a notebook for one tool and prose for another."""

REQUIRED = {
    "jupytext.text_representation.format_name": "myst",
    "jupytext.text_representation.format_version": None,
    "kernelspec.display_name": None,
    "kernelspec.language": "python",
    "kernelspec.name": None,
}


def read(text: str, path: str) -> nbformat.NotebookNode:
    """The notebook that `text` describes, as jupytext reads it, with the texts as they are.

    `path` is what errors call the file. Raises UserError for a header that is missing or not full,
    a fence that is never closed, a directive outside `DIRECTIVES`, a cell that would not become
    one, and options of a cell that can't be read.
    """
    check(text, path)
    meant = [fence for fence in _blocks(text, path) if _is_code_cell(fence)]
    try:
        notebook = jupytext.reads(text, fmt="md:myst")
    except (MystMetadataParsingError, yaml.YAMLError, nbformat.ValidationError) as error:
        raise UserError(
            f"{path}: the options of a cell are wrong: {str(error).splitlines()[0]}.",
            todo="Write options as lines `:name: value` or as YAML between two lines `---`, and "
            'those of a Markdown cell as JSON: +++ {"nbgrader": {…}}.',
        ) from error
    if len(meant) != sum(cell.cell_type == "code" for cell in notebook.cells):
        # HTML goes on until an empty line, and takes the fence below it for a part of itself.
        lines = text.split("\n")
        lost = next((fence for fence in meant if lines[fence.line - 2].strip()), meant[0])
        raise UserError(
            f"{path}, line {lost.line}: the code cell does not become a cell.",
            todo="Leave an empty line before it.",
        )
    return notebook


def check(text: str, path: str) -> None:
    """Raise UserError for what `read` does not accept."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.splitlines() not in ([], [line]):
            raise UserError(
                f"{path}, line {number}: a character in it ends a line for some tools.",
                todo="Delete it, or write it in code by its escape, such as \\x0c.",
            )
    found = _blocks(text, path)
    for fence, outer in _fences(found, None, path):
        _check_fence(fence, outer, path)
    _check_details(found, path)


def header_length(text: str, path: str) -> int:
    """How many lines the header takes; UserError where it is missing or not full."""
    lines = [line.rstrip() for line in text.split("\n")]
    if lines[0] != "---" or "---" not in lines[1:]:
        raise UserError(
            f"{path}, line 1: the header is missing.",
            todo=f"Begin the file with these lines:\n{HEADER}",
        )
    end = lines.index("---", 1)
    try:
        header = yaml.safe_load("\n".join(lines[1:end]))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        raise UserError(
            f"{path}, line {place.line + 2 if place else 1}: the header is not YAML.",
            todo=f"Begin the file with these lines:\n{HEADER}",
        ) from error
    for name, needed in REQUIRED.items():
        value = _at(header, name)
        if value is None or needed not in (None, value):
            what = f"says {value}, and not {needed}," if value else "is missing"
            raise UserError(
                f"{path}, line 1: {name} {what} in the header.",
                todo=f"Begin the file with these lines:\n{HEADER}",
            )
    return end + 1


def _blocks(text: str, path: str) -> list[Prose | Fence]:
    start = header_length(text, path)
    return blocks(text.split("\n")[start:], start + 1, path)


def _is_code_cell(block: Prose | Fence) -> bool:
    return isinstance(block, Fence) and block.directive == "code-cell"


def _at(header: Any, name: str) -> Any:
    for key in name.split("."):
        header = header.get(key) if isinstance(header, dict) else None
    return header


def _fences(
    found: list[Prose | Fence], outer: Fence | None, path: str
) -> Iterator[tuple[Fence, Fence | None]]:
    """All fences with the one around each; the body of colons is text, that of others is not."""
    for block in found:
        if isinstance(block, Fence):
            yield block, outer
            if block.marks[0] == ":":
                yield from _fences(blocks(block.body, block.line + 1, path), block, path)


def _check_fence(fence: Fence, outer: Fence | None, path: str) -> None:
    where = f"{path}, line {fence.line}:"
    if fence.directive is None:
        if fence.marks[0] == ":":
            raise UserError(
                f"{where} the fence {fence.marks} names no directive.",
                todo=f"Name one of {', '.join(ADMONITIONS)} in braces, or delete the line.",
            )
        return
    breaks = [n for n, line in enumerate(fence.body, fence.line + 1) if line.startswith("+++")]
    if breaks and fence.marks[0] == ":":
        raise UserError(
            f"{path}, line {breaks[0]}: the block break stands inside the {{{fence.directive}}} "
            f"of line {fence.line}.",
            todo="Let it stand before or after: a cell of a notebook can't hold half a block.",
        )
    if fence.directive not in DIRECTIVES:
        raise UserError(
            f"{where} the directive {{{fence.directive}}} has no form in a notebook.",
            todo=f"Use one of {', '.join(DIRECTIVES)}.",
        )
    if fence.directive == "code-cell":
        if outer or fence.indent:
            raise UserError(
                f"{where} the code cell stands inside another block.",
                todo="Let it stand at the left margin, outside lists, admonitions and details.",
            )
        if fence.argument not in ("", "python"):
            raise UserError(
                f"{where} the code cell is in {fence.argument!r}, and the page's kernel in Python.",
                todo="Write ```{code-cell} python (or, for code that is only shown, a fence "
                "without a directive).",
            )


def _check_details(found: list[Prose | Fence], path: str) -> None:
    """A notebook's cell can't begin `<details>` and leave its end to another cell."""
    opened: list[int] = []
    for block in found:
        if isinstance(block, Fence):
            if opened and _is_code_cell(block):
                raise _cut(path, block.line, "code cell", opened[-1])
            continue
        for number, line in enumerate(block.lines, block.line):
            if opened and line.startswith("+++"):
                raise _cut(path, number, "block break", opened[-1])
            for tag in re.findall(r"</?details", re.sub(r"`[^`]*`", "", line)):
                if tag == "<details":
                    opened.append(number)
                elif opened:
                    opened.pop()
                else:
                    raise UserError(
                        f"{path}, line {number}: </details> closes nothing.",
                        todo="Delete it, or write <details> where the folded text begins.",
                    )
    if opened:
        raise UserError(
            f"{path}, line {opened[-1]}: <details> is never closed.",
            todo="Write a line </details> after an empty line where it ends.",
        )


def _cut(path: str, line: int, what: str, opened: int) -> UserError:
    return UserError(
        f"{path}, line {line}: the {what} stands inside the <details> of line {opened}.",
        todo="Close the details before it: a cell of a notebook can't hold half of them.",
    )
