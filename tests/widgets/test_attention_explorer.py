"""The explorer's values: what the maps hold, small, and only of maps that fit their tokens."""

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.widgets.attention_explorer import AttentionExplorer


def example(*tokens: str, layers: int = 2, heads: int = 3) -> tuple[list[str], torch.Tensor]:
    T = len(tokens)
    scores = torch.randn(layers, heads, T, T, generator=torch.Generator().manual_seed(0))
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
    return list(tokens), scores.masked_fill(hidden, -torch.inf).softmax(-1)


def test_the_values_are_the_rows_of_the_maps_up_to_the_token_itself():
    tokens, maps = example("The", " bank", " by")
    values = AttentionExplorer([(tokens, maps)], layer=1, head=-1, query=1).values
    assert values["texts"][0]["tokens"] == tokens
    assert (values["layer"], values["head"], values["query"]) == (1, 2, 1)
    stored = values["texts"][0]["maps"]
    for n in range(2):
        for h in range(3):
            for t in range(3):
                assert stored[n][h][t] == pytest.approx(maps[n, h, t, : t + 1].tolist(), abs=6e-4)


def test_the_last_token_asks_first_unless_another_is_named():
    texts = [example("The", " bank"), example("A")]
    assert AttentionExplorer(texts).values["query"] == 1
    assert AttentionExplorer(texts, text=-1).values["query"] == 0


def test_weights_are_stored_with_three_digits():
    maps = AttentionExplorer([example("The", " bank", " by", " the")]).values["texts"][0]["maps"]
    weights = [weight for layer in maps for head in layer for row in head for weight in row]
    assert len(weights) == 2 * 3 * (1 + 2 + 3 + 4)
    assert all(len(str(weight)) <= len("0.123") for weight in weights)


def test_eight_texts_and_a_model_of_24_heads_fit_into_a_page():
    texts = [example(*"abcdefghijklmnop", layers=4, heads=6) for _ in range(8)]
    assert len(AttentionExplorer(texts).html()) < 250_000


@pytest.mark.parametrize(
    ("examples", "message"),
    [
        ([], "no text"),
        ([(["The"], example("The", " bank")[1])], "do not fit 1 tokens"),
        ([example("The"), example("The", heads=2)], "2 layers and 3 heads"),
    ],
)
def test_maps_that_do_not_fit_are_an_error(examples, message):
    with pytest.raises(UserError, match=message):
        AttentionExplorer(examples)


@pytest.mark.parametrize("place", [{"text": 1}, {"layer": 2}, {"head": 3}, {"query": -3}])
def test_a_place_that_is_not_there_is_an_error(place):
    (name,) = place
    with pytest.raises(UserError, match=f"{name} is"):
        AttentionExplorer([example("The", " bank")], **place)
