"""The built book, served to a browser."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

HTML = Path(__file__).parents[2] / "build" / "book" / "_build" / "html"


@pytest.fixture(scope="session")
def html() -> Path:
    """The folder of the built book, which `make test` and `make book` make."""
    if not (HTML / "index.html").exists():
        message = "the book is not built: run `make book`"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return HTML


@pytest.fixture(scope="session")
def address(html: Path) -> Iterator[str]:
    """Where the book is served."""
    from tests.browser import served

    with served(html) as url:
        yield url
