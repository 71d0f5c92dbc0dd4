"""The record of choices: what it accepts, what it refuses, and its one dial."""

import dataclasses

import pytest

from llmcourse.errors import UserError
from llmcourse.network import HEADS, MLPS, NORMS, POSITIONS, Config
from llmcourse.network.config import CHOICES


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"vocab_size": 0}, "vocab_size is 0"),
        ({"block_size": -1}, "block_size is -1"),
        ({"n_kv_head": 0}, "n_kv_head is 0"),
        ({"mlp_width": 0}, "mlp_width is 0"),
        ({"window": -1}, "window is -1"),
        ({"norm_eps": 0.0}, "norm_eps is 0.0"),
        ({"rope_theta": float("nan")}, "rope_theta is nan"),
        ({"rope_theta": float("inf")}, "rope_theta is inf"),
        ({"n_embd": 10}, "4 heads cannot share a width of 10"),
        ({"n_kv_head": 3}, "4 query heads cannot share 3 key heads"),
        ({"n_embd": 12, "position": "rope"}, "a head of width 3 is odd"),
        ({"n_embd": 9, "n_head": 3, "position": "sinusoidal"}, "n_embd is 9"),
    ],
)
def test_a_shape_that_cannot_be_is_an_error(wrong, message):
    with pytest.raises(UserError, match=message):
        Config(**{"vocab_size": 100, "n_head": 4, "n_embd": 16} | wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_layer": 2.0}, r"n_layer is 2\.0\. Give a whole number, 1 or more"),
        ({"n_kv_head": "2"}, "n_kv_head is '2'"),
        ({"window": None}, r"window is None\. Give a whole number, 0 or more"),
        ({"norm_eps": "small"}, r"norm_eps is 'small'\. Give a number above 0"),
    ],
)
def test_a_value_of_another_type_is_an_error(wrong, message, unchecked):
    with pytest.raises(UserError, match=message):
        Config(**{"vocab_size": 100} | wrong)


def test_an_unknown_choice_is_an_error_that_names_the_known_ones(unchecked):
    with pytest.raises(UserError, match=r"mlp is 'silu'.* Choose one of: gelu, swiglu"):
        Config(vocab_size=100, mlp="silu")


def test_every_choice_has_an_entry_in_its_table():
    tables = {
        "position": POSITIONS,
        "norm": NORMS,
        "mlp": MLPS,
        "head": HEADS,
        "bias": {"all", "none"},
        "qk_norm": {"none", "rms"},
    }
    assert {name: set(table) for name, table in tables.items()} == {
        name: set(choices) for name, choices in CHOICES.items()
    }


def test_one_dial_gives_gpt2s_shape_and_can_be_overridden():
    gpt2 = Config.from_depth(12, vocab_size=50257)
    assert (gpt2.n_layer, gpt2.n_embd, gpt2.n_head) == (12, 768, 12)
    small = Config.from_depth(4, vocab_size=65, n_embd=128, block_size=64)
    assert (small.n_layer, small.n_embd, small.n_head, small.block_size) == (4, 128, 2, 64)
    assert Config.from_depth(4, vocab_size=65, n_embd=128, n_head=4).head_width == 32


def test_a_config_survives_json_and_a_foreign_one_does_not():
    config = Config(vocab_size=7, n_kv_head=2, mlp="gelu", window=5)
    assert Config.from_dict(config.to_dict()) == config
    with pytest.raises(UserError, match="unknown fields \\['dropout'\\]"):
        Config.from_dict(config.to_dict() | {"dropout": 0.1})
    with pytest.raises(UserError, match="no vocab_size"):
        Config.from_dict({"n_layer": 2})


def test_a_config_does_not_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config(vocab_size=7).n_layer = 3
