"""What pages and notebooks show with: the library's source, and numbers for the text around a cell.

Works the same in the built book, in JupyterLab and in Colab.
"""

import inspect
from importlib.metadata import metadata
from pathlib import Path
from typing import Any

from IPython.display import Code, Markdown, display

ROOT = Path(__file__).parent.parent


def repository() -> str:
    """The public address of the course, from the package's own metadata."""
    for line in metadata("llmcourse").get_all("Project-URL"):
        label, _, address = line.partition(", ")
        if label == "Repository":
            return address
    raise LookupError("the package's metadata names no repository")


def show_source(thing: Any) -> None:
    """Show the source of a function, class or module of the course, with a link to its place.

    A page shows code in this way and never pastes it, so that what is read is what runs.
    """
    lines, first = inspect.getsourcelines(thing)
    path = Path(inspect.getsourcefile(thing)).relative_to(ROOT).as_posix()
    first = max(first, 1)
    anchor = "" if inspect.ismodule(thing) else f"#L{first}-L{first + len(lines) - 1}"
    display(Markdown(f"[`{path}`]({repository()}/blob/main/{path}{anchor})"))
    display(Code("".join(lines), language="python"))


def glue(name: str, value: Any) -> None:
    """Print `value`, and keep it under `name` for the page's text: {glue:text}`name`.

    The text then holds the number that the cell computed. (In the form that myst-nb reads; a
    notebook elsewhere shows the printed line.)
    """
    text = value if isinstance(value, str) else f"{value:.4g}"
    print(f"{name}: {text}")
    display(
        {"application/papermill.record/text/plain": repr(text)},  # myst-nb reads it as a literal
        raw=True,
        metadata={
            "scrapbook": {"name": name, "mime_prefix": "application/papermill.record/"},
        },
    )
