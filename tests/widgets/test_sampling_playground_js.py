"""The playground's filters, in the browser that will run them, against the library's own."""

import pytest
import torch

from llmcourse.decoding import Sampler, softmax

OFF = {"temperature": 1, "topK": 0, "topP": 1, "minP": 0}
LOGITS = torch.randn(300, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * 3


@pytest.fixture
def playground(module):
    return module("sampling_playground.js")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"temperature": 0.5},
        {"temperature": 1.7},
        {"topK": 1},
        {"topK": 7},
        {"topK": 999},
        {"topP": 0.05},
        {"topP": 0.9},
        {"minP": 0.02},
        {"minP": 1},
        {"temperature": 0.6, "topK": 40, "topP": 0.95, "minP": 0.01},
        {"temperature": 1.5, "topK": 12, "topP": 0.8, "minP": 0.1},
    ],
)
def test_the_filters_are_those_of_the_library(playground, settings):
    settings = OFF | settings
    sampler = Sampler(
        temperature=settings["temperature"],
        top_k=settings["topK"],
        top_p=settings["topP"],
        min_p=settings["minP"],
    )
    expected = sampler.filter(LOGITS[None])[0]
    got = playground.call("draw", LOGITS.tolist(), settings)
    assert got["left"] == expected.isfinite().tolist()
    assert got["after"] == pytest.approx(softmax(expected).tolist(), abs=1e-12)
    assert got["before"] == pytest.approx(softmax(LOGITS / settings["temperature"]).tolist())


@pytest.mark.parametrize("settings", [{"topK": 2}, {"topP": 0.5}, {"minP": 1}])
def test_ties_are_kept_as_in_the_library(playground, settings):
    logits = torch.tensor([[0.0, 1.0, 1.0, 1.0]], dtype=torch.float64)
    names = {"topK": "top_k", "topP": "top_p", "minP": "min_p"}
    sampler = Sampler(**{names[name]: value for name, value in settings.items()})
    got = playground.call("draw", logits[0].tolist(), OFF | settings)
    assert got["left"] == sampler.filter(logits)[0].isfinite().tolist()


def test_temperature_0_takes_the_first_of_the_largest_whatever_the_filters(playground):
    got = playground.call("draw", [0, 2, 2], {"temperature": 0, "topK": 1, "topP": 0.1, "minP": 1})
    assert got["after"] == [0, 1, 0]
    assert got["left"] == [False, True, False]
    assert sum(got["before"]) == pytest.approx(1)


def test_a_low_temperature_cuts_nothing(playground):
    """Chances too small for a number are not the same as tokens that were cut."""
    got = playground.call("draw", [0, 100], OFF | {"temperature": 0.05})
    assert got["after"] == [0, 1]
    assert got["left"] == [True, True]


def test_the_others_share_a_row(playground):
    drawn = playground.call("draw", [3, 2, 1, 0, -1], OFF | {"topK": 4})
    a, b, others = playground.call("rows", ["x", "y", "z"], drawn, 2)
    assert [a["name"], b["name"], others["name"]] == ["x", "y", None]
    assert (others["count"], others["kept"]) == (3, 2)
    assert a["after"] + b["after"] + others["after"] == pytest.approx(1)
    assert a["before"] + b["before"] + others["before"] == pytest.approx(1)
    assert len(playground.call("rows", list("vwxyz"), drawn, 12)) == 5  # none is left over


def test_the_summary_counts_what_is_left_and_weighs_what_is_cut(playground):
    def said(**settings):
        settings = OFF | settings
        drawn = playground.call("draw", [2, 1, 0], settings)
        return playground.call("summary", drawn, settings["temperature"])

    assert said() == "3 of 3 tokens are left: nothing is cut."
    # exp(0) / (exp(2) + exp(1) + exp(0)) = 0.0900
    assert said(topK=2) == (
        "2 of 3 tokens are left. The cut ones had 9.0 % of the chances together."
    )
    assert said(temperature=0) == (
        "Temperature 0 takes the likeliest token, and the other sliders play no part: "
        "1 of 3 tokens is left."
    )


@pytest.mark.parametrize(
    ("chance", "text"),
    [(0, "0 %"), (0.0004, "under 0.1 %"), (0.1234, "12.3 %"), (1, "100.0 %")],
)
def test_percent(playground, chance, text):
    assert playground.call("percent", chance) == text
