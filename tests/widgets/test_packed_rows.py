"""What the figure of the rows hands to its module."""

import pytest

from llmcourse.errors import UserError
from llmcourse.widgets.packed_rows import MOST_DOCUMENTS, PackedRows


def test_lengths_and_context():
    figure = PackedRows((5, 3, 2), context=8)
    assert figure.values == {"lengths": [5, 3, 2], "context": 8}
    assert '"lengths":[5,3,2]' in figure.html()


def test_what_does_not_fit_into_the_picture():
    with pytest.raises(UserError, match="given 25 documents"):
        PackedRows([1] * (MOST_DOCUMENTS + 1))
    with pytest.raises(UserError, match="given 0 documents"):
        PackedRows([])
    with pytest.raises(UserError, match="from 1 to 9; the context is 8"):
        PackedRows([9, 1], context=8)
    with pytest.raises(UserError, match="from 0 to 2"):
        PackedRows([0, 2], context=8)
