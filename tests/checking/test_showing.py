"""Values in messages."""

import math

import torch

from llmcourse.checking import (
    show,
)

NAN, INF = math.nan, math.inf


def test_values_are_shown_short():
    assert show(torch.tensor([1 / 3, -INF])) == "[0.3333, -inf]"
    assert show({"a": (1, 2.0)}) == "{'a': [1, 2.0]}"
    assert show(list(range(1000))) == "1000 values"
    assert len(show("a" * 1000)) < 400
