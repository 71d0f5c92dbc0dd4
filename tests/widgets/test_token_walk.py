"""What the figure of the walk hands to its module."""

import pytest

from llmcourse.errors import UserError
from llmcourse.network import PUBLISHED, Config
from llmcourse.widgets.token_walk import TokenWalk


def test_what_a_config_leaves_open_is_filled_in():
    small = Config(vocab_size=50, n_head=2, n_embd=32)
    values = TokenWalk({"small": small, **PUBLISHED}, model="Llama 3 8B", context=7).values
    assert [model["name"] for model in values["models"]] == ["small", *PUBLISHED]
    assert (values["model"], values["context"]) == (2, 7)
    assert (values["models"][0]["n_kv_head"], values["models"][0]["width"]) == (2, 96)
    assert (values["models"][2]["n_kv_head"], values["models"][2]["width"]) == (8, 14_336)


def test_no_model():
    with pytest.raises(UserError, match="no model to walk through"):
        TokenWalk({})
