import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.data.documents import part


@given(st.integers(0, 10_000))
def test_the_parts_make_up_the_whole(length: int):
    assert [*part(length, "train"), *part(length, "validation")] == list(range(length))


@pytest.mark.parametrize(
    ("length", "train"), [(2, 1), (9, 8), (10, 9), (11, 9), (1_115_394, 1_003_854)]
)
def test_nine_tenths_rounded_down(length: int, train: int):
    # The last is tiny Shakespeare, which nanoGPT cuts after 1,003,854 characters.
    assert len(part(length, "train")) == train
