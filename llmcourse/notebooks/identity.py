"""What makes two conversions of one text the same bytes: names of cells, metadata, JSON."""

import re

import nbformat

from llmcourse.errors import UserError

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def identify(notebook: nbformat.NotebookNode, path: str) -> None:
    """Give each cell its `grade_id` as its id, or `cell-07` where it is the seventh.

    An id that came from the content or from chance would change with every edit, and so would the
    notebook's history. Raises UserError for an id that nbformat does not allow, or that is given
    twice.
    """
    taken: dict[str, str] = {}
    for number, cell in enumerate(notebook.cells, 1):
        what = f"cell {number} ({_first_line(cell)})"
        name = _grade_id(cell)
        if name is None:
            name = f"cell-{number:02d}"
        elif not NAME.fullmatch(name):
            raise UserError(
                f"{path}: {what} has the grade_id {name!r}.",
                todo="Use 1 to 64 letters of a to z, digits, - and _.",
            )
        if name in taken:
            raise UserError(
                f"{path}: {taken[name]} and {what} have the same id {name}.",
                todo="Give each its own grade_id, none of them of the form cell-07.",
            )
        taken[name], cell.id = what, name


def strip(notebook: nbformat.NotebookNode) -> None:
    """Keep of the notebook's metadata what a kernel needs, and no version of any tool."""
    kernel = {
        key: notebook.metadata.kernelspec[key] for key in ("display_name", "language", "name")
    }
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": kernel, "language_info": {"name": kernel["language"]}}
    )


def as_bytes(notebook: nbformat.NotebookNode) -> bytes:
    """The file: valid, keys sorted, one line end at its end."""
    nbformat.validate(notebook)
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def _grade_id(cell: nbformat.NotebookNode) -> str | None:
    grading = cell.metadata.get("nbgrader")
    name = grading.get("grade_id") if isinstance(grading, dict) else None
    return None if name is None else str(name)


def _first_line(cell: nbformat.NotebookNode) -> str:
    return cell.source.strip().split("\n")[0][:40]
