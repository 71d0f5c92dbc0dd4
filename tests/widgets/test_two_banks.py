"""What the figure of the two banks hands to its module."""

import json

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.widgets.two_banks import MOST_OF_EACH, TwoBanks

STAGES = ["embedding", "attention 1"]


def made(n: int = 200, **changes) -> TwoBanks:
    generator = torch.Generator().manual_seed(0)
    river = torch.arange(n) % 4 == 0
    x = torch.randn(2, n, 8, generator=generator)
    x[0] = x[0, 0]
    scores = torch.stack([torch.full((n,), -0.5), river * 2.0 - 1])
    scores[1, 0] = -0.25  # a river bank on the wrong side
    given = {
        "stages": STAGES,
        "x": x,
        "river": river,
        "sentences": [f"sentence {i}" for i in range(n)],
        "scores": {"the sentence": scores, "the plot": -scores},
    }
    return TwoBanks(**{**given, **changes})


def test_some_of_each_meaning_are_drawn_and_all_are_counted():
    values = made().values
    rivers = [bank["river"] for bank in values["banks"]]
    assert rivers == [True] * 50 + [False] * MOST_OF_EACH
    assert values["banks"][0] == {"text": "sentence 0", "river": True}
    assert values["banks"][-1] == {"text": "sentence 199", "river": False}
    assert [way["name"] for way in values["ways"]] == ["the sentence", "the plot"]
    assert [way["right"] for way in values["ways"]] == [[0.5, 0.99], [0.5, 0.01]]
    assert values["ways"][0]["scores"][1][0] == -0.25
    assert values["ways"][0]["scores"][1][1:50] == [1] * 49
    assert len(json.dumps(values)) < 30_000


def test_height_is_the_direction_in_which_vectors_differ_most():
    x = torch.zeros(2, 5, 3)
    x[1, :, 2] = torch.tensor([0.0, 1, 2, 3, 8])
    x[1, :, 0] = torch.tensor([0.1, 0, -0.1, 0, 0])
    river = torch.tensor([True, False, True, False, True])
    scores = {"the sentence": torch.zeros(2, 5)}
    figure = made(5, x=x, river=river, scores=scores)
    assert figure.values["heights"][0] == [0] * 5
    places = [
        figure.values["banks"].index({"text": f"sentence {i}", "river": bool(river[i])})
        for i in range(5)
    ]
    heights = [figure.values["heights"][1][place] for place in places]
    assert heights[-1] == 1
    assert heights == pytest.approx([-2.8 / 5.2, -1.8 / 5.2, -0.8 / 5.2, 0.2 / 5.2, 1], abs=0.02)


def test_what_does_not_fit_is_an_error():
    with pytest.raises(UserError, match="1 stages and 200 sentences"):
        made(stages=["embedding"])
    with pytest.raises(UserError, match="2 stages and 3 sentences"):
        made(sentences=["a", "b", "c"])
    with pytest.raises(UserError, match="stage is 2"):
        made(stage=2)
