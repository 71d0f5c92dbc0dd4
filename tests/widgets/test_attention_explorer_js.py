"""The explorer's logic, in the browser that will run it."""

import pytest
import torch

from llmcourse.widgets.attention_explorer import AttentionExplorer

TEXT = {
    "tokens": ["<|endoftext|>", "The", " bank", " by"],
    "maps": [[[[1.0], [0.25, 0.75], [0.004, 0.6, 0.396], [0.0, 0.05, 0.9, 0.05]]]],
}


@pytest.fixture
def explorer(module):
    return module("attention_explorer.js")


def test_a_token_sees_itself_and_what_came_before(explorer):
    rows = explorer.call("rowsOf", TEXT, 0, 0, 1)
    assert rows == [
        {"token": "<|endoftext|>", "asks": False, "weight": 0.25},
        {"token": "The", "asks": True, "weight": 0.75},
        {"token": "␣bank", "asks": False, "weight": None},
        {"token": "␣by", "asks": False, "weight": None},
    ]


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0 %"), (0.004, "< 1 %"), (0.396, "40 %"), (1, "100 %")]
)
def test_percent(explorer, share, text):
    assert explorer.call("percent", share) == text


def test_the_summary_names_the_large_weights_and_what_is_hidden(explorer):
    def said(query):
        return explorer.call("summary", explorer.call("rowsOf", TEXT, 0, 0, query))

    assert (
        said(0) == "“<|endoftext|>” gathers 100 % from itself. 3 later tokens are hidden from it."
    )
    assert said(2) == (
        "“␣bank” gathers 60 % from “The”, 40 % from itself. 1 later token is hidden from it."
    )
    assert said(3) == "“␣by” gathers 90 % from “␣bank”."


def test_an_even_mixture_is_called_one(explorer):
    rows = [{"token": "a", "asks": i == 19, "weight": 0.05} for i in range(20)]
    assert explorer.call("summary", rows) == "“a” gathers a little from every token that it sees."


def test_the_table_holds_the_whole_map(explorer):
    rows = explorer.call("tableRows", TEXT, 0, 0)
    assert rows[2] == ["␣bank", "0.004", "0.600", "0.396", "later"]
    assert [row[0] for row in rows] == ["<|endoftext|>", "The", "␣bank", "␣by"]


@pytest.fixture
def page(browser):
    """The figure on a narrow screen: two texts of a network with two layers and two heads."""

    def example(*tokens):
        hidden = torch.ones(len(tokens), len(tokens), dtype=torch.bool).triu(1)
        even = torch.zeros(2, 2, *hidden.shape).masked_fill(hidden, -torch.inf).softmax(-1)
        own = torch.eye(len(tokens)).expand_as(even)
        return list(tokens), torch.stack([even[0], own[0]])

    texts = [example("The", " bank", " by"), example("<|endoftext|>", "Oh")]
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.set_content(AttentionExplorer(texts, layer=1).html())
    page.wait_for_selector("input[type=range]")
    yield page
    page.close()


def test_the_slider_answers_to_the_arrow_keys(page):
    def said():
        return page.inner_text("[role=status]")

    assert said() == "Layer 2, head 1: “␣by” gathers 100 % from itself."
    page.focus("input[type=range]")
    page.keyboard.press("ArrowLeft")
    assert said().startswith("Layer 2, head 1: “␣bank” gathers 100 % from itself. 1 later token")
    assert page.get_attribute("input[type=range]", "aria-valuetext") == "2. ␣bank"
    assert page.errors == []


def test_the_lists_change_layer_and_text_and_the_slider_follows(page):
    page.select_option("select >> nth=1", label="layer 1")
    assert "“␣by” gathers 33 % from “The”, 33 % from “␣bank”" in page.inner_text("[role=status]")
    page.select_option("select >> nth=0", label="Oh")
    assert "“Oh” gathers 50 % from “<|endoftext|>”, 50 % from itself." in page.inner_text(
        "[role=status]"
    )
    assert page.get_attribute("input[type=range]", "max") == "2"
    assert page.locator("table tr").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.errors == []
