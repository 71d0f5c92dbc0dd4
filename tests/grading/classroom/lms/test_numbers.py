"""Points as platforms write and scale them."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.grading.classroom.lms.numbers import read_number, scaled, written


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("10", 10.0),
        ("10.00", 10.0),
        ("10,00", 10.0),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("-1", -1.0),
        ("", None),
        ("-", None),
        ("EX", None),
        ("(read only)", None),
        ("1e3", None),
    ],
)
def test_reading(text, number):
    assert read_number(text) == number


@given(st.integers(0, 400), st.integers(1, 100), st.integers(1, 200))
def test_scaling_is_exact_and_rounds_halves_up(quarters, of, there):
    exact = Fraction(quarters, 4) * there / of
    got = Fraction(scaled(quarters / 4, float(of), float(there)))
    assert -Fraction(1, 200) < exact - got <= Fraction(1, 200) or got - exact == Fraction(1, 200)
    assert got == Fraction(int(exact * 100 + Fraction(1, 2)), 100)


def test_a_sum_of_floats_shows_no_noise():
    assert written(scaled(0.1 + 0.2, 1.0, 1.0)) == "0.3"
    assert written(scaled(30.0, 30.0, 30.0)) == "30"
    assert written(Decimal("100")) == "100"
    assert written(Decimal("0.00")) == "0"
