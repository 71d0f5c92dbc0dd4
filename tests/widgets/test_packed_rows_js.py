"""The figure's own plan, in a browser, against `row_plan` and `pack`."""

import random

import pytest

from llmcourse.inputs.batches import pack, pad, row_plan
from llmcourse.widgets.packed_rows import MOST_DOCUMENTS, PackedRows


@pytest.fixture
def figure(module):
    return module("packed_rows.js")


@pytest.mark.parametrize("way", ["next", "best"])
def test_the_plan_is_that_of_the_library(figure, way):
    draw = random.Random(0)
    for _ in range(40):
        lengths = [draw.randint(1, 40) for _ in range(draw.randint(1, 24))]
        assert figure.call("plan", lengths, 40, way) == row_plan(lengths, 40, way)
    assert figure.call("plan", [3, 5, 1], 5, "pad") == [[0], [1], [2]]


def test_the_empty_places_are_those_of_the_batch(figure):
    documents = [[1] * length for length in (9, 4, 7, 2)]
    for way, batch in {
        "pad": pad(documents, fill=0),
        "next": pack(documents, context=12, fill=0, way="next"),
        "best": pack(documents, context=12, fill=0),
    }.items():
        told = figure.call("batchOf", [9, 4, 7, 2], 12, way)
        assert told["places"] == batch.ids.numel()
        assert told["empty"] == (~batch.mask).sum()
        assert (len(told["rows"]), told["width"]) == batch.ids.shape


def test_the_pairs_are_those_of_the_mask(figure):
    batch = pack([[1] * 4, [1] * 3, [1] * 2], context=9, fill=0)
    causal = batch.visible()[0].tril()
    assert figure.call("pairs", [0, 1, 2], [4, 3, 2]) == {"within": causal.sum(), "without": 45}


def test_lengths_that_the_reader_writes(figure):
    assert figure.call("lengthsOf", "12, 7;3 x 0 -4") == [12, 7, 3, 4]
    assert figure.call("lengthsOf", "") == []
    assert len(figure.call("lengthsOf", "1 " * 50)) == MOST_DOCUMENTS


def test_every_state_is_told(figure):
    assert figure.call("describe", [4, 3, 1], 5, "best", 0) == (
        "8 tokens in 2 rows of 5: 10 places, of which 20 % hold nothing. "
        "Row 1 holds documents 1, 3; without borders, 27 % of what its tokens see would be other "
        "documents."
    )
    assert figure.call("describe", [4, 2], 5, "pad", 1) == (
        "6 tokens in 2 rows of 4: 8 places, of which 25 % hold nothing. Row 2 holds document 2."
    )
    assert "Document 2 has 9 tokens" in figure.call("describe", [4, 9], 5, "best", 0)
    assert "no document yet" in figure.call("describe", [], 5, "best", 0)


def test_it_answers_to_keys_and_choices(browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.set_content(f"<!doctype html><body>{PackedRows([200, 90, 60, 30]).html()}")
    length, row = (page.locator("input[type=range]").nth(i) for i in (0, 1))
    page.locator(".status", has_text="380 tokens in 2 rows of 256").wait_for()
    page.locator(".status", has_text="Row 1 holds documents 1, 4").wait_for()
    row.press("ArrowRight")
    page.locator(".status", has_text="Row 2 holds documents 2, 3").wait_for()
    page.get_by_label("Rows are filled").select_option(label="a document a row, padded")
    page.locator(".status", has_text="380 tokens in 4 rows of 200").wait_for()
    page.get_by_label("Lengths, in tokens").fill("300 5")
    page.locator(".status", has_text="Document 1 has 300 tokens").wait_for()
    length.press("End")
    page.get_by_label("Rows are filled").select_option(label="in order, packed")
    page.locator(".status", has_text="305 tokens in 1 row of 512").wait_for()
    assert page.locator("tbody tr").count() == 1
    assert errors == []
    page.close()
