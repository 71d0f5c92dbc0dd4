"""Points as platforms write them, and what they are worth there.

A platform may call a set of 30 points one of 100. Then the points are scaled, earned times what it
is worth there by what it is worth here, and rounded to two decimals, halves up: as many as Canvas
and Moodle show. Who fills in the table says so.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def read_number(text: str) -> float | None:
    """The number in a cell, with a decimal point or a decimal comma; None for what is none.

    >>> read_number("10.00"), read_number("10,5"), read_number("1.000,00"), read_number("EX")
    (10.0, 10.5, 1000.0, None)
    """
    if not re.fullmatch(r"-?\d[\d.,]*", text.strip()):
        return None
    whole, _, rest = text.strip().replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{rest}" if whole else rest)


def scaled(points: float, of: float, there: float) -> Decimal:
    """What `points` of `of` are where the whole is worth `there`.

    >>> scaled(20.0, 30.0, 100.0), scaled(2.5, 5.0, 5.0)
    (Decimal('66.67'), Decimal('2.50'))
    """
    exact = Decimal(str(points)) * Decimal(str(there)) / Decimal(str(of))
    return exact.quantize(CENT, ROUND_HALF_UP)


def written(number: Decimal, *, comma: bool = False) -> str:
    """As short as it can be.

    >>> written(Decimal("2.50")), written(Decimal("66.67"), comma=True), written(Decimal("20.00"))
    ('2.5', '66,67', '20')
    """
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", ",") if comma else text
