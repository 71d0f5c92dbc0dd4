"""The figure's own reading of its values, in a browser."""

import pytest

from tests.widgets.test_two_banks import made

VALUES = {
    "stages": ["embedding", "attention 1"],
    "stage": 1,
    "banks": [{"text": "The bank", "river": True}, {"text": "At the bank", "river": False}],
    "heights": [[0, 0], [1, -0.5]],
    "ways": [
        {"name": "the sentence", "scores": [[0.1, 0.1], [0.8, -3]], "right": [0.5, 0.988]},
        {"name": "the plot", "scores": [[-0.1, 0.1], [0.2, 0.3]], "right": [0.5, 0.86]},
    ],
}


@pytest.fixture
def figure(module):
    return module("two_banks.js")


def test_each_bank_has_its_score_and_its_side(figure):
    first, second = figure.call("pointsOf", VALUES, 1, 0)
    river = {"text": "The bank", "river": True, "score": 0.8, "height": 1, "right": True}
    money = {"text": "At the bank", "river": False, "score": -3, "height": -0.5, "right": True}
    assert (first, second) == (river, money)
    assert [point["right"] for point in figure.call("pointsOf", VALUES, 0, 1)] == [False, False]


def test_scores_beyond_the_picture_stand_at_its_edge(figure):
    assert figure.call("across", 0) == 0.5
    assert figure.call("across", 9) == 1
    assert figure.call("across", -9) == 0
    assert 0.5 < figure.call("across", 0.2) < figure.call("across", 1) < 1


def test_every_state_is_told(figure):
    assert figure.call("summary", VALUES, 1, 0) == (
        "Stage attention 1: probes that have not seen the sentence get 99 % right; guessing gets "
        "50 %. On the wrong side: 0 of 1 river banks, 0 of 1 money banks drawn here."
    )
    assert "86 % right" in figure.call("summary", VALUES, 1, 1)
    assert "0 of 1 river banks, 1 of 1 money banks" in figure.call("summary", VALUES, 1, 1)


def test_the_table_names_sentence_meaning_and_verdict(figure):
    assert figure.call("tableRows", VALUES, 1, 1) == [
        ["The bank", "river", "0.20", "right"],
        ["At the bank", "money", "0.30", "wrong"],
    ]


def test_it_answers_to_keys_and_choices(browser):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.set_content(f"<!doctype html><body>{made().html()}")
    page.locator(".status", has_text="Stage attention 1").wait_for()
    page.locator(".status", has_text="99 % right").wait_for()
    page.locator("input[type=range]").press("ArrowLeft")
    page.locator(".status", has_text="Stage embedding").wait_for()
    assert page.locator("output").inner_text() == "embedding (0 of 1)"
    page.locator("input[type=range]").press("ArrowRight")
    page.get_by_label("The probe has not seen").select_option(label="the plot")
    page.locator(".status", has_text="1 % right").wait_for()
    assert page.locator("circle.river").count() == 50 + 1  # and one that names the mark
    assert page.locator("rect.money").count() == 60 + 1
    assert page.locator("tbody tr").count() == 110
    assert errors == []
    page.close()
