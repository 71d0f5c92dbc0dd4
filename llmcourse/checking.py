"""What the tests of a problem set are written with.

A test reaches the learner's code through `call`, `construct`, `iterate`, `raises`, `grad`, `params`
and `load_params` only, and judges what comes back with `close`. So the same test works where it
stands beside the code, in the learner's notebook, and where the code runs elsewhere. What passes
between the two is therefore plain: None, numbers, strings, bytes, lists, tuples, dicts, sets and
tensors, always as copies; an exception by the name of its type; an object by a handle; a model as
one of the stand-ins below.

>>> close(call(softmax, torch.tensor([0.0, 0.0])), torch.tensor([0.5, 0.5]))

What is left out: the way to that elsewhere. Whoever knows one derives from `Elsewhere`.
"""

import copy
import hashlib
import math
import os
import random
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

MOST_STEPS = 10_000  # of a generator, before it counts as endless
MOST_NUMBERS = 40  # of a tensor that a message still shows
MOST_CHARACTERS = 300  # of any other value


class Mismatch(AssertionError):
    """A result that is not the expected one, in words for the learner."""


class Observed(NamedTuple):
    """What a call gave, and its arguments as they were afterwards."""

    result: Any
    args: list
    kwargs: dict


class Gradients(NamedTuple):
    """By argument (None for what is no tensor of real numbers) and by name of the parameter."""

    args: list
    params: dict


class Elsewhere(ABC):
    """The learner's function, class, object or method in another process.

    What a test asks of it is done there by the function of this module that has the name `what`,
    and what that gives or raises comes back.
    """

    @abstractmethod
    def ask(self, what: str, args: Any = (), kwargs: Any = None, **options: Any) -> Any:
        """What the function `what` of this module gives there for this object and arguments."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """A test that would work beside the code only is refused everywhere."""
        raise TypeError(f"a test reaches {_name(self)} by `call` or `construct`, not directly")


class StandIn:
    """A callable argument: a small class of this module, made again from its fields elsewhere."""


class TableModel(StandIn):
    """A model without training: the logits of a token's row, and a fading rest of those before.

        logits(t) = table[ids(t)] + fade · logits(t - 1)

    Called with ids of shape (B, T) it gives logits (B, T, V), as a network does, and keeps in
    `lengths` how many tokens it read each time. It refuses more than `context` of them.

    >>> TableModel(torch.eye(3), fade=0.5)(torch.tensor([[0, 2]]))
    tensor([[[1.0000, 0.0000, 0.0000],
             [0.5000, 0.0000, 1.0000]]])
    """

    def __init__(self, table: Any, *, fade: float | int = 0.5, context: int = 1000):
        self.table, self.fade, self.context = table, fade, context
        self.lengths: list[int] = []

    def __call__(self, ids: Any) -> Any:
        """Logits (B, T, V) of integer ids (B, T)."""
        if not _is_tensor(ids) or ids.dim() != 2 or ids.is_floating_point():
            raise TypeError(
                f"the model reads a tensor of integers with the shape (B, T), not {show(ids)}"
            )
        length = ids.shape[1]
        if length > self.context:
            raise ValueError(
                f"the model reads {self.context} tokens at most; it was given {length}"
            )
        self.lengths.append(length)
        logits = self.table[ids]  # B T V
        for t in range(1, length):
            logits[:, t] += self.fade * logits[:, t - 1]
        return logits


def call(f: Callable, *args: Any, **kwargs: Any) -> Any:
    """What `f` gives for copies of the arguments. What it raises goes through."""
    return observe(f, *args, **kwargs).result


def observe(f: Callable, *args: Any, **kwargs: Any) -> Observed:
    """As `call`, with the arguments after the call: so a test sees whether they were changed.

    >>> observe(list.append, [1], 2)
    Observed(result=None, args=[[1, 2], 2], kwargs={})
    """
    args, kwargs = _across(args), _across(kwargs)
    if isinstance(f, Elsewhere):
        return Observed(*f.ask("observe", args, kwargs))
    result = _received(f, f(*args, **kwargs))
    return Observed(result, list(args), kwargs)


def construct(cls: Callable, *args: Any, **kwargs: Any) -> Any:
    """An object of the learner's class: a handle to hand on, as in `call(handle.push, b"a")`."""
    args, kwargs = _across(args), _across(kwargs)
    if isinstance(cls, Elsewhere):
        return cls.ask("construct", args, kwargs)
    return cls(*args, **kwargs)


def iterate(f: Callable, *args: Any, **kwargs: Any) -> Iterator[Any]:
    """The values of a generator, one for each step that is asked for.

    Raises `Mismatch` for what gives no steps, or more than 10,000 of them.
    """
    args, kwargs = _across(args), _across(kwargs)
    if isinstance(f, Elsewhere):
        return f.ask("iterate", args, kwargs)
    steps = f(*args, **kwargs)
    if not hasattr(steps, "__next__"):
        raise Mismatch(
            f"{_name(f)} gave {show(steps)}; expected a generator. "
            "A function with `yield` in its body makes one."
        )
    return _steps(f, steps)


def raises(name: str, f: Callable, *args: Any, hint: str = "", **kwargs: Any) -> None:
    """Hold that f raises an exception with the type `name`, or a type derived from it.

    A generator is run to its end. The NotImplementedError of an unsolved task goes through, though
    it is derived from RuntimeError. Raises `Mismatch` where nothing or something else is raised.
    """
    asked = f"{_name(f)}({', '.join([show(a) for a in args] + _named(kwargs))})"
    try:
        result = outcome(f, *args, **kwargs)
    except Exception as error:
        names = [cls.__name__ for cls in type(error).__mro__]
        if names[0] == name or (name in names and not isinstance(error, NotImplementedError)):
            return
        if isinstance(error, NotImplementedError | Mismatch):
            raise
        wrong = f"{asked} raised {names[0]} ({error}); expected {name}."
        raise Mismatch(_lines(wrong, hint)) from error
    raise Mismatch(_lines(f"{asked} gave {result}; expected {name} to be raised.", hint))


def outcome(f: Callable, *args: Any, **kwargs: Any) -> str:
    """What f gives, as a message shows it; a generator is run to its end."""
    args, kwargs = _across(args), _across(kwargs)
    if isinstance(f, Elsewhere):
        return f.ask("outcome", args, kwargs)
    result = f(*args, **kwargs)
    return show(list(_steps(f, result)) if hasattr(result, "__next__") else result)


def params(handle: Any) -> dict[str, Any]:
    """Copies of the parameters of a module, by name; a shared one once."""
    if isinstance(handle, Elsewhere):
        return handle.ask("params")
    return {name: p.detach().clone() for name, p in _parameters(handle).items()}


def load_params(handle: Any, values: dict[str, Any]) -> None:
    """Set the parameters of a module. Raises `Mismatch` where names or shapes are not its own."""
    if isinstance(handle, Elsewhere):
        return handle.ask("load_params", (values,))
    own = _parameters(handle)
    if own.keys() != values.keys():
        raise Mismatch(
            f"{_name(type(handle))} has the parameters {sorted(own)}; expected {sorted(values)}."
        )
    for name, value in values.items():
        if own[name].shape != value.shape:
            raise Mismatch(
                f"The parameter {name} of {_name(type(handle))} has the shape "
                f"{tuple(own[name].shape)}; expected {tuple(value.shape)}."
            )
        own[name].data.copy_(value)


def grad(f: Callable, *args: Any, upstream: Any = None, **kwargs: Any) -> Gradients:
    """Gradients of Σ upstream · f(*args) by each tensor of real numbers among `args`.

    And by the parameters, where `f` is a module or a method of one. `upstream` has the shape of the
    result (default: ones). None stands where the result does not depend on something. Two uses of
    one parameter show in its gradient, which is how a test sees that weights are shared.

    >>> grad(torch.square, torch.tensor([3.0])).args
    [tensor([6.])]
    """
    import torch

    args = list(_across(args))
    if isinstance(f, Elsewhere):
        return Gradients(*f.ask("grad", args, _across(kwargs), upstream=upstream))
    owner = f if hasattr(f, "named_parameters") else getattr(f, "__self__", None)
    own = _parameters(owner) if hasattr(owner, "named_parameters") else {}
    real = [i for i, a in enumerate(args) if _is_tensor(a) and a.is_floating_point()]
    for i in real:
        args[i].requires_grad_(True)
    result = f(*args, **_across(kwargs))
    if not _is_tensor(result) or not result.requires_grad:
        raise Mismatch(
            f"The result of {_name(f)} has no gradient. It is lost by `detach`, `item`, `tolist`, "
            "`torch.no_grad` and by making a new tensor from numbers."
        )
    total = (result if upstream is None else result * upstream).sum()
    leaves = [args[i] for i in real] + list(own.values())
    found = torch.autograd.grad(total, leaves, allow_unused=True)
    by_argument = dict(zip(real, found, strict=False))
    return Gradients(
        [by_argument.get(i) for i in range(len(args))],
        dict(zip(own, found[len(real) :], strict=True)),
    )


@contextmanager
def hinted(hint: str) -> Iterator[None]:
    """Turn an error of the learner's code, where a result was expected, into a `Mismatch`.

    >>> with hinted("With k above V every token stays."):
    ...     got = call(top_k, logits, 99)
    """
    try:
        yield
    except (Mismatch, NotImplementedError):
        raise
    except Exception as error:
        wrong = f"Your code raised {type(error).__name__} ({error}); expected a result."
        raise Mismatch(_lines(wrong, hint)) from error


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
    llmcourse.checking.Mismatch: halves([2, 4]) is wrong at [1]: got 2.5, expected 2.0.
      got      [1.0, 2.5]
      expected [1.0, 2.0]
    Divide by 2.
    """
    difference = _difference(got, expected, tolerance, "")
    if difference is None:
        return
    for known, value in (mistakes or {}).items():
        if _difference(got, value, tolerance, "") is None:
            hint = known
    place, why = difference
    wrong = f"{what} is wrong{f' at {place}' if place else ''}: {why}."
    if place:
        wrong = _lines(wrong, f"  got      {show(got)}", f"  expected {show(expected)}")
    raise Mismatch(_lines(wrong, hint))


def show(value: Any) -> str:
    """A value in a message: numbers with 4 digits, tensors as lists, what is long by its size.

    >>> show(torch.tensor([1 / 3, -torch.inf]))
    '[0.3333, -inf]'
    """
    if _is_tensor(value):
        if value.numel() > MOST_NUMBERS:
            return f"a tensor of {_shape(value)}"
        return show(value.tolist())
    if isinstance(value, float):
        return f"{value:.4g}" if not value.is_integer() else repr(value)
    if isinstance(value, list | tuple | set | frozenset):
        inner = ", ".join(map(show, sorted(value, key=_order) if _unordered(value) else value))
        shown = f"{{{inner}}}" if _unordered(value) else f"[{inner}]"
        return shown if len(shown) <= MOST_CHARACTERS else _count(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {show(item)}" for key, item in value.items()) + "}"
    if isinstance(value, StandIn):
        return type(value).__name__
    shown = repr(value)
    return shown if len(shown) <= MOST_CHARACTERS else f"{shown[:MOST_CHARACTERS]}…"


def seeded(task: str, seed: str | int | None = None) -> Any:
    """A `torch.Generator` for the hidden tests of a task: other numbers for each task and seed.

    The seed is that of the attempt, `$LLMCOURSE_SEED` where none is given (else 0).
    """
    import torch

    return torch.Generator().manual_seed(_number(task, seed))


def seeded_random(task: str, seed: str | int | None = None) -> random.Random:
    """As `seeded`, for what torch does not draw: cuts, words, choices."""
    return random.Random(_number(task, seed))


def _number(task: str, seed: str | int | None) -> int:
    if seed is None:
        seed = os.environ.get("LLMCOURSE_SEED", "0")
    digest = hashlib.sha256(f"{seed}/{task}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1  # 63 bits: what torch and random both take


def _across(value: Any) -> Any:
    """A copy of a plain value; `TypeError` for what could not pass between two processes."""
    if value is None or isinstance(value, bool | bytes):
        return value
    for plain in (int, float, str):
        if isinstance(value, plain):
            return plain(value)  # numpy's float64 is a float, an enum may be a string
    if isinstance(value, tuple):
        return tuple(_across(item) for item in value)
    if isinstance(value, list | set | frozenset):
        return type(value)(_across(item) for item in value)
    if isinstance(value, dict):
        return {_across(key): _across(item) for key, item in value.items()}
    if _is_tensor(value):
        return value.detach().clone()
    if isinstance(value, StandIn):
        return copy.deepcopy(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def _received(f: Callable, result: Any) -> Any:
    try:
        return _across(result)
    except TypeError as error:
        raise Mismatch(
            f"{_name(f)} gave {show(result)}, and {error}. "
            "Give tensors, numbers, strings, bytes, or lists and dicts of them."
        ) from None


def _steps(f: Callable, steps: Iterator[Any]) -> Iterator[Any]:
    try:
        for _ in range(MOST_STEPS):
            try:
                value = next(steps)
            except StopIteration:
                return
            yield _received(f, value)
        raise Mismatch(f"{_name(f)} gave {MOST_STEPS} values and did not stop.")
    finally:
        if hasattr(steps, "close"):
            steps.close()


def _parameters(handle: Any) -> dict[str, Any]:
    if not hasattr(handle, "named_parameters"):
        raise Mismatch(
            f"{_name(type(handle))} has no parameters. Derive the class from torch.nn.Module and "
            "call super().__init__() first."
        )
    return dict(handle.named_parameters())


def _difference(got: Any, expected: Any, tolerance: Any, place: str) -> tuple[str, str] | None:
    """The first place where the two differ, and how; None where they are the same."""
    if _is_tensor(expected) or _is_tensor(got):
        return _tensor_difference(got, expected, tolerance, place)
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        for i, (one, other) in enumerate(zip(got, expected, strict=False)):
            if found := _difference(one, other, tolerance, f"{place}[{i}]"):
                return found
        if len(got) != len(expected):
            return _differ(
                place, f"{show(got)} ({_count(got)})", f"{show(expected)} ({_count(expected)})"
            )
        return None
    if isinstance(expected, dict) and isinstance(got, dict):
        if got.keys() != expected.keys():
            return _differ(place, f"the keys {show(list(got))}", show(list(expected)))
        for key, value in expected.items():
            if found := _difference(got[key], value, tolerance, f"{place}[{key!r}]"):
                return found
        return None
    if _is_number(expected) and _is_number(got) and not (_is_int(expected) and not _is_int(got)):
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
    if not _is_tensor(expected):
        return _differ(place, f"a tensor, {show(got)}", f"{show(expected)} ({_kind(expected)})")
    if not _is_tensor(got):
        return _differ(place, f"{show(got)} ({_kind(got)})", f"a tensor, {show(expected)}")
    if got.shape != expected.shape:
        return _differ(place, f"a tensor of {_shape(got)}", _shape(expected))
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


def _told_apart(got: float | int, expected: float | int) -> tuple[str, str]:
    """Two numbers with as many digits as their difference needs."""
    try:
        alike = f"{got:.4g}" == f"{expected:.4g}"
    except OverflowError:  # an int that is larger than any float
        alike = False
    return (repr(got), repr(expected)) if alike else (show(got), show(expected))


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


def _is_tensor(value: Any) -> bool:
    torch = sys.modules.get("torch")  # where nobody has imported it, there are no tensors
    return torch is not None and isinstance(value, torch.Tensor)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_int(value: Any) -> bool:
    return isinstance(value, int)


def _unordered(value: Any) -> bool:
    return isinstance(value, set | frozenset)


def _order(value: Any) -> tuple:
    """Numbers by size, the rest by how it is written."""
    return (0, value, "") if _is_number(value) else (1, 0, repr(value))


def _kind(value: Any) -> str:
    return "set" if _unordered(value) else type(value).__name__


def _count(values: Collection) -> str:
    return f"{len(values)} value{'s' if len(values) != 1 else ''}"


def _shape(tensor: Any) -> str:
    return f"shape {tuple(tensor.shape)}"


def _name(f: Any) -> str:
    return getattr(f, "__qualname__", type(f).__name__)


def _named(kwargs: dict[str, Any]) -> list[str]:
    return [f"{name}={show(value)}" for name, value in kwargs.items()]


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
