"""Values as a message shows them: short, and the same on every machine."""

from collections.abc import Collection
from typing import Any

from llmcourse.checking.plain import StandIn, is_tensor

MOST_NUMBERS = 40  # of a tensor that a message still shows
MOST_CHARACTERS = 300  # of any other value


def show(value: Any, digits: int = 4) -> str:
    """A value in a message: numbers with 4 digits, tensors as lists, what is long by its size.

    >>> show(torch.tensor([1 / 3, -torch.inf]))
    '[0.3333, -inf]'
    """
    if is_tensor(value):
        if value.numel() > MOST_NUMBERS:
            return f"a tensor of {shape_of(value)}"
        return show(value.tolist(), digits)
    if isinstance(value, float):
        shown = repr(value) if value.is_integer() else f"{value:.{digits}g}"
        return f"{shown}.0" if shown.lstrip("-").isdigit() else shown
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=_order) if is_unordered(value) else value
        inner = ", ".join(show(item, digits) for item in items)
        shown = f"{{{inner}}}" if is_unordered(value) else f"[{inner}]"
        return shown if len(shown) <= MOST_CHARACTERS else count_of(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{key!r}: {show(item, digits)}" for key, item in value.items())
        return f"{{{inner}}}"
    if isinstance(value, StandIn):
        return type(value).__name__
    shown = repr(value)
    return shown if len(shown) <= MOST_CHARACTERS else f"{shown[:MOST_CHARACTERS]}…"


def name_of(f: Any) -> str:
    """What a function, or an object's class, is called."""
    return getattr(f, "__qualname__", type(f).__name__)


def count_of(values: Collection) -> str:
    """`1 value`, `2 values`."""
    return f"{len(values)} value{'s' if len(values) != 1 else ''}"


def shape_of(tensor: Any) -> str:
    """`shape (2, 3)`."""
    return f"shape {tuple(tensor.shape)}"


def is_number(value: Any) -> bool:
    """Whether it is a number of Python's, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_unordered(value: Any) -> bool:
    """Whether it is a set."""
    return isinstance(value, set | frozenset)


def _order(value: Any) -> tuple:
    """Numbers by size, the rest by how it is written."""
    return (0, value, "") if is_number(value) else (1, 0, repr(value))
