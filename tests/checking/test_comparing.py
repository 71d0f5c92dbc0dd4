"""What is close to what was expected, and what is said of anything else."""

import math

import pytest
import torch

from llmcourse.checking import (
    Mismatch,
    call,
    close,
)

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 0, 3, -2.5, INF, -INF, NAN, "水", b"\xff", [], {}, set()),
        [1, [2.0, "a"]],
        {"ids": [1, 2], "text": "ab"},
        {1, 2},
        torch.tensor([1.0, -INF, NAN]),
        torch.tensor([[True, False]]),
        torch.tensor(5, dtype=torch.int64),
        torch.zeros(0, 3),
        [torch.ones(2), {"k": torch.zeros(1)}],
    ],
    ids=repr,
)
def test_a_value_is_close_to_its_copy_and_to_no_other_kind(value):
    def same(x):
        return x

    close(call(same, value), value)
    for other in (False, 7, 0.25, "x", b"x", [9], {"z": 0}, {9}, torch.full((3,), 8.0)):
        with pytest.raises(Mismatch):
            close(value, other)
        with pytest.raises(Mismatch):
            close(other, value)


@pytest.mark.parametrize(
    ("got", "expected"),
    [
        (1.000001, 1.0),
        (100_000.5, 100_000.0),
        (3, 3.0),
        ((1, 2), [1, 2]),
        (torch.tensor([1.0 + 5e-6]), torch.tensor([1.0])),
        (torch.tensor([1.001], dtype=torch.float16), torch.tensor([1.0], dtype=torch.float16)),
    ],
)
def test_what_differs_by_rounding_passes(got, expected):
    assert close(got, expected) is None


@pytest.mark.parametrize(
    ("got", "expected", "says"),
    [
        (1.0001, 1.0, "got 1.0001, expected 1.0"),
        (0.33333, 0.33335, "got 0.33333, expected 0.33335"),  # four digits would be the same
        (INF, -INF, "got inf, expected -inf"),
        (1e300, INF, "expected inf"),
        (NAN, 0.0, "got nan, expected 0.0"),
        (2, NAN, "got 2, expected nan"),
        (True, 1, "got True (bool), expected 1 (int)"),
        (3.0, 3, "got 3.0 (float), expected 3 (int)"),
        (torch.tensor(3), 3, "got a tensor, 3, expected 3 (int)"),
        ([1.0], torch.tensor([1.0]), "got [1.0] (list), expected a tensor, [1.0]"),
        (None, [1], "got None (NoneType), expected [1] (list)"),
        ([1, 2], [1, 2, 3], "got [1, 2] (2 values), expected [1, 2, 3] (3 values)"),
        ([1, [2, 5]], [1, [2, 6]], "at [1][1]: got 5, expected 6"),
        ({"a": 1}, {"b": 1}, "got the keys ['a'], expected ['b']"),
        ({"a": [1.0]}, {"a": [2.0]}, "at ['a'][0]: got 1.0, expected 2.0"),
        ({10, 2}, {2, 3, 10}, "got {2, 10}, expected {2, 3, 10}"),
        ("the river bank", "the river band", "differ from place 13 on"),
        ("the river bank", "the river", "differ from place 9 on"),
        ("ab", "ac", "got 'ab', expected 'ac'"),
        (b"a", "a", "got b'a' (bytes), expected 'a' (str)"),
        (torch.zeros(2), torch.zeros(3), "a tensor of shape (2,), expected shape (3,)"),
        (torch.zeros(1), torch.zeros(1).double(), "of torch.float32, expected torch.float64"),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, INF]), "at [1]: got 2.0, expected inf"),
        (torch.tensor([[1, 2]]), torch.tensor([[1, 3]]), "at [0][1]: got 2, expected 3"),
        (torch.tensor([1.0 + 1e-7]).double(), torch.ones(1).double(), "got 1.0000001"),
        (torch.tensor([2**53 + 1]), torch.tensor([2**53]), "got 9007199254740993"),
        ([torch.zeros(1)], [torch.ones(1)], "at [0][0]: got 0.0, expected 1.0"),
    ],
)
def test_a_difference_is_named(got, expected, says):
    with pytest.raises(Mismatch) as caught:
        close(got, expected)
    assert says in str(caught.value)


def test_an_int_larger_than_any_float_is_a_wrong_number_as_others_are():
    with pytest.raises(Mismatch, match="is wrong"):
        close(10**4000, 1.5)


def test_a_message_says_what_where_and_why():
    with pytest.raises(Mismatch) as caught:
        close([1.0, 2.5], (1.0, 2.0), what="halves([2, 4])", hint="Divide by 2.")
    assert str(caught.value) == (
        "halves([2, 4]) is wrong at [1]: got 2.5, expected 2.0.\n"
        "  got      [1.0, 2.5]\n"
        "  expected [1.0, 2.0]\n"
        "Divide by 2."
    )
    assert isinstance(caught.value, AssertionError)


def test_a_known_mistake_has_its_own_hint():
    mistakes = {"You added.": 5, "You took the power.": 8}
    for got, hint in [(5, "You added."), (8, "You took the power."), (7, "Multiply.")]:
        with pytest.raises(Mismatch) as caught:
            close(got, 6, hint="Multiply.", mistakes=mistakes)
        assert str(caught.value) == f"The result is wrong: got {got}, expected 6.\n{hint}"
    close(6, 6, mistakes=mistakes)


def test_a_tolerance_that_is_given_counts():
    close(1.05, 1.0, tolerance=0.1)
    close(torch.tensor([1.05]), torch.tensor([1.0]), tolerance=0.1)
    with pytest.raises(Mismatch):
        close(torch.tensor([1.000001]), torch.tensor([1.0]), tolerance=0)


def test_a_large_tensor_is_shown_by_its_shape():
    with pytest.raises(Mismatch) as caught:
        close(torch.zeros(20, 50), torch.ones(20, 50))
    assert "a tensor of shape (20, 50)" in str(caught.value)
    assert len(str(caught.value)) < 300
