"""The figure's values, and what it refuses."""

import pytest
import torch

from llmcourse.errors import UserError
from llmcourse.widgets import RotatingPairs


def test_the_values_are_query_and_key_before_any_turn():
    query, key = torch.randn(2, 8)
    values = RotatingPairs(query, key, names=(" money", " bank"), theta=500).values
    assert values["query"] == pytest.approx(query.tolist(), abs=5e-5)
    assert values["key"] == pytest.approx(key.tolist(), abs=5e-5)
    assert values["names"] == [" money", " bank"]
    assert values["theta"] == 500


@pytest.mark.parametrize(("query", "key"), [(8, 6), (5, 5), (0, 0), (66, 66)])
def test_what_is_no_pair_of_clocks_is_an_error(query, key):
    with pytest.raises(UserError, match=f"a query of {query} numbers with a key of {key}"):
        RotatingPairs(torch.ones(query), torch.ones(key))
