import json

import pytest

from llmcourse.errors import UserError
from llmcourse.training import PRESETS, TrainConfig


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"steps": 0}, "steps is 0"),
        ({"checkpoint_every": -5}, "checkpoint_every is -5"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**63}, "seed is 9223372036854775808"),
        ({"lr": 0.0}, "lr is 0.0"),
        ({"matrix_lr": float("nan")}, "matrix_lr is nan"),
        ({"optimizer": "sgd"}, "'sgd'.*muon, adamw"),
        ({"precision": "int8"}, "'int8'.*auto, fp32, bf16, fp16"),
        ({"batch_tokens": 15}, "batch of 15 tokens does not hold one row of 16"),
        ({"warmup": 8}, "warm-up of 8 steps does not fit in a run of 8"),
    ],
)
def test_bad_input(small, fields, message, unchecked):
    with pytest.raises(UserError, match=message):
        small(**fields)


@pytest.mark.parametrize("name", PRESETS)
def test_survives_json(name):
    config = PRESETS[name]
    training = json.loads(json.dumps(config.to_dict()))
    model = json.loads(json.dumps(config.model.to_dict() | {"vocab_size": 77}))
    assert TrainConfig.from_dict(model, training) == config


def test_another_versions_configuration(small):
    model, training = small().model.to_dict(), small().to_dict()
    with pytest.raises(UserError, match=r"unknown fields \['dropout'\]"):
        TrainConfig.from_dict(model, training | {"dropout": 0.1})
    del training["vocab_size"]
    with pytest.raises(UserError, match="no vocab_size"):
        TrainConfig.from_dict(model, training)


def test_the_dial_turns_width_heads_learning_rate_and_batch(small):
    base = small(batch_tokens=64, lr=1e-2)
    deep = base.at_depth(8)
    assert (deep.model.n_layer, deep.model.n_head, deep.model.n_embd) == (8, 8, 64)
    assert deep.batch_tokens == 256
    assert deep.lr == pytest.approx(0.5e-2)
    assert deep.matrix_lr == base.matrix_lr
    assert base.at_depth(base.model.n_layer) == base


def test_presets_have_the_shapes_they_are_named_for():
    char = PRESETS["char"]
    assert (char.model.n_layer, char.model.n_head, char.model.n_embd) == (4, 4, 128)
    assert (char.model.block_size, char.batch_tokens, char.steps) == (64, 12 * 64, 2000)
    gpt2 = PRESETS["gpt2"]
    assert (gpt2.model.n_layer, gpt2.model.n_head, gpt2.model.n_embd) == (12, 12, 768)
    assert PRESETS["t4"].model.vocab_size == 4096
