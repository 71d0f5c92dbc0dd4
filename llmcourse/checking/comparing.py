"""Whether a result is the expected one, and where and how it differs."""

import math
from typing import Any

from llmcourse.checking.mismatch import Mismatch, lines
from llmcourse.checking.plain import is_tensor
from llmcourse.checking.showing import count_of, is_number, is_unordered, shape_of, show

MOST_DIGITS = 17  # of a number: two that differ do so in these
NEARLY = 1e-3  # as a tolerance: what is closer than this was rounded, and is no known mistake
NEARLY_RIGHT = (
    "These numbers are nearly right, but not exact enough. Look for rounding on the way: another "
    "dtype, or numbers of very different sizes that are added up."
)


def close(
    got: Any,
    expected: Any,
    *,
    hint: str = "",
    mistakes: dict[str, Any] | None = None,
    what: str = "The result",
    tolerance: float | int | None = None,
) -> None:
    """Raise `Mismatch` unless `got` is `expected`; its message names the first difference.

    `mistakes` says what known mistakes give, under the hint for each: where `got` is one of those
    values, its hint stands in place of `hint`.

    Numbers may differ by `tolerance` · max(1, |expected|): 1e-5, or 1e-9 in tensors of float64, and
    more in half precision. Infinities must have the same sign; NaN equals NaN. Tensors must agree
    in dtype and shape. A list may be a tuple; an int does for a float, a bool for no number.

    >>> close([1.0, 2.5], [1.0, 2.0], what="halves([2, 4])", hint="Divide by 2.")
    Traceback (most recent call last):
    llmcourse.checking.mismatch.Mismatch: halves([2, 4]) is wrong at [1]: got 2.5, expected 2.0.
      got      [1.0, 2.5]
      expected [1.0, 2.0]
    Divide by 2.
    """
    difference = _difference(got, expected, tolerance, "")
    if difference is None:
        return
    if tolerance is None and _difference(got, expected, NEARLY, "") is None:
        hint = NEARLY_RIGHT
    for known, value in (mistakes or {}).items():
        if _difference(got, value, tolerance, "") is None:
            hint = known
    place, why = difference
    wrong = f"{what} is wrong{f' at {place}' if place else ''}: {why}."
    if place:
        one, other = _told_apart(got, expected)
        if one != other:
            wrong = lines(wrong, f"  got      {one}", f"  expected {other}")
        else:  # too long to be shown
            wrong = lines(wrong, f"  (in {other})")
    raise Mismatch(wrong, hint)


def _difference(got: Any, expected: Any, tolerance: Any, place: str) -> tuple[str, str] | None:
    """The first place where the two differ, and how; None where they are the same."""
    if is_tensor(expected) or is_tensor(got):
        return _tensor_difference(got, expected, tolerance, place)
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        for i, (one, other) in enumerate(zip(got, expected, strict=False)):
            if found := _difference(one, other, tolerance, f"{place}[{i}]"):
                return found
        if len(got) != len(expected):
            return _differ(
                place, f"{show(got)} ({count_of(got)})", f"{show(expected)} ({count_of(expected)})"
            )
        return None
    if isinstance(expected, dict) and isinstance(got, dict):
        if got.keys() != expected.keys():
            return _differ(place, f"the keys {show(list(got))}", show(list(expected)))
        for key, value in expected.items():
            if found := _difference(got[key], value, tolerance, f"{place}[{key!r}]"):
                return found
        return None
    if is_number(expected) and is_number(got) and not (_is_int(expected) and not _is_int(got)):
        same = _same_number(got, expected, 1e-5 if tolerance is None else tolerance)
        return None if same else _differ(place, *_told_apart(got, expected))
    if _kind(got) != _kind(expected):
        return _differ(
            place, f"{show(got)} ({_kind(got)})", f"{show(expected)} ({_kind(expected)})"
        )
    if got == expected:
        return None
    if isinstance(expected, str | bytes) and min(len(got), len(expected)) > 8:
        same = [a == b for a, b in zip(got, expected, strict=False)]
        at = same.index(False) if False in same else len(same)
        return _differ(place, show(got), f"{show(expected)} (they differ from place {at} on)")
    return _differ(place, show(got), show(expected))


def _tensor_difference(
    got: Any, expected: Any, tolerance: Any, place: str
) -> tuple[str, str] | None:
    if not is_tensor(expected):
        return _differ(place, f"a tensor, {show(got)}", f"{show(expected)} ({_kind(expected)})")
    if not is_tensor(got):
        return _differ(place, f"{show(got)} ({_kind(got)})", f"a tensor, {show(expected)}")
    if got.shape != expected.shape:
        return _differ(place, f"a tensor of {shape_of(got)}", shape_of(expected))
    if got.dtype != expected.dtype:
        return _differ(place, f"a tensor of {got.dtype}", str(expected.dtype))
    if tolerance is None:
        tolerance = _tolerances().get(expected.dtype, 0)
    one, other = got.detach().cpu(), expected.detach().cpu()
    same = one == other
    if expected.is_floating_point():
        one, other = one.double(), other.double()
        near = (one - other).abs() <= tolerance * other.abs().clamp(min=1)
        same = same | (one.isnan() & other.isnan())
        same = same | (near & one.isfinite() & other.isfinite())
    if same.all():
        return None
    first = (~same).nonzero()[0].tolist()
    at = "".join(f"[{i}]" for i in first)
    pair = one[tuple(first)].item(), other[tuple(first)].item()
    return _differ(place + at, *_told_apart(*pair))


def _tolerances() -> dict[Any, float]:
    import torch

    return {torch.float64: 1e-9, torch.float32: 1e-5, torch.float16: 2e-3, torch.bfloat16: 2e-2}


def _differ(place: str, got: str, expected: str) -> tuple[str, str]:
    return place, f"got {got}, expected {expected}"


def _told_apart(got: Any, expected: Any) -> tuple[str, str]:
    """Two values as a message shows them, with as many digits as their difference needs."""
    for digits in range(4, MOST_DIGITS + 1):
        told = show(got, digits), show(expected, digits)
        if told[0] != told[1]:
            break
    return told


def _same_number(got: float | int, expected: float | int, tolerance: float | int) -> bool:
    if got == expected:
        return True
    try:
        if math.isinf(expected) or math.isinf(got):
            return False
        if math.isnan(expected) or math.isnan(got):
            return math.isnan(got) and math.isnan(expected)
        return abs(got - expected) <= tolerance * max(1, abs(expected))
    except OverflowError:  # an int that is larger than any float
        return False


def _is_int(value: Any) -> bool:
    return isinstance(value, int)


def _kind(value: Any) -> str:
    return "set" if is_unordered(value) else type(value).__name__
