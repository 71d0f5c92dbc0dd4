"""The JavaScript of the figures, called from Python."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from llmcourse.widgets.figure import es_module


class Module:
    """A figure's ES module, imported into an empty page, with the modules that it shares."""

    def __init__(self, page: Any, *names: str):
        self.page = page
        self.url = page.evaluate(
            "text => URL.createObjectURL(new Blob([text], {type: 'text/javascript'}))",
            es_module(*names),
        )

    def call(self, function: str, *arguments: Any) -> Any:
        """What the module's exported `function` returns, by way of JSON."""
        answer = self.page.evaluate(
            "async ([url, name, args]) => JSON.stringify((await import(url))[name](...args))",
            [self.url, function, list(arguments)],
        )
        return json.loads(answer)


@pytest.fixture
def module(browser: Any) -> Iterator[Callable[[str], Module]]:
    """`module("merge_steps.js").call("function", argument, …)`."""
    page = browser.new_page()
    page.goto("about:blank")
    yield lambda *names: Module(page, *names)
    page.close()
