"""What several commands share: an option, the file of results, the address of the book."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from llmcourse.files import replacing

Root = Annotated[Path, typer.Option(help="The root of the course's repository.")]


def record(path: Path | None, result: dict[str, Any]) -> None:
    """Leave what a command found at `path` (where a path was asked for), whole or not at all."""
    if path is not None:
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(result, indent=2) + "\n")


def book_address() -> str:
    """Where the published book begins; pages of feedback and reports point into it."""
    from llmcourse.notebooks.addresses import Addresses
    from llmcourse.pages import repository

    return Addresses.of(repository()).page("").removesuffix(".html")


def several(number: int, what: str) -> str:
    """A number of things in words.

    >>> several(1, "page"), several(0, "page")
    ('1 page', '0 pages')
    """
    return f"{number} {what}{'' if number == 1 else 's'}"
