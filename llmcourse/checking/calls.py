"""The learner's functions, classes and objects, called with plain values.

The same call works where the code stands beside the test and where it runs elsewhere: then the
function of that name does it there, asked by way of `Elsewhere`.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from llmcourse.checking.mismatch import Mismatch
from llmcourse.checking.plain import across
from llmcourse.checking.showing import name_of, show

MOST_STEPS = 10_000  # of a generator, before it counts as endless

_OF_THE_TEXT = {"NameError", "ImportError", "SyntaxError", "NotImplementedError"}
_OF_A_SIGNATURE = re.compile(
    r"\(\) (missing \d+ required|takes .* arguments?|got (an unexpected|multiple values))"
)


class Observed(NamedTuple):
    """What a call gave, and its arguments as they were afterwards."""

    result: Any
    args: list
    kwargs: dict


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
        raise TypeError(f"a test reaches {name_of(self)} by `call` or `construct`, not directly")


def call(f: Callable, *args: Any, **kwargs: Any) -> Any:
    """What `f` gives for copies of the arguments. What it raises goes through."""
    return observe(f, *args, **kwargs).result


def observe(f: Callable, *args: Any, **kwargs: Any) -> Observed:
    """As `call`, with the arguments after the call: so a test sees whether they were changed.

    >>> observe(list.append, [1], 2)
    Observed(result=None, args=[[1, 2], 2], kwargs={})
    """
    args, kwargs = across(args), across(kwargs)
    if isinstance(f, Elsewhere):
        return Observed(*f.ask("observe", args, kwargs))
    result = _received(f, f(*args, **kwargs))
    return Observed(result, list(args), kwargs)


def construct(cls: Callable, *args: Any, **kwargs: Any) -> Any:
    """An object of the learner's class: a handle to hand on, as in `call(handle.push, b"a")`."""
    args, kwargs = across(args), across(kwargs)
    if isinstance(cls, Elsewhere):
        return cls.ask("construct", args, kwargs)
    return cls(*args, **kwargs)


def iterate(f: Callable, *args: Any, **kwargs: Any) -> Iterator[Any]:
    """The values of a generator, one for each step that is asked for.

    Raises `Mismatch` for what gives no steps, or more than 10,000 of them.
    """
    args, kwargs = across(args), across(kwargs)
    if isinstance(f, Elsewhere):
        return f.ask("iterate", args, kwargs)
    steps = f(*args, **kwargs)
    if not hasattr(steps, "__next__"):
        raise Mismatch(
            f"{name_of(f)} gave {show(steps)}; expected a generator. "
            "A function with `yield` in its body makes one."
        )
    return _steps(f, steps)


def raises(name: str, f: Callable, *args: Any, hint: str = "", **kwargs: Any) -> None:
    """Hold that f raises an exception with the type `name`, or a type derived from it.

    A generator is run to its end. The NotImplementedError of an unsolved task goes through, though
    it is derived from RuntimeError. Raises `Mismatch` where nothing or something else is raised.
    """
    asked = f"{name_of(f)}({', '.join([show(a) for a in args] + _named(kwargs))})"
    try:
        result = outcome(f, *args, **kwargs)
    except Exception as error:
        names = [cls.__name__ for cls in type(error).__mro__]
        if names[0] == name or (name in names and not isinstance(error, NotImplementedError)):
            return
        if isinstance(error, NotImplementedError | Mismatch):
            raise
        wrong = f"{asked} raised {names[0]} ({error}); expected {name}."
        raise Mismatch(wrong, hint) from error
    raise Mismatch(f"{asked} gave {result}; expected {name} to be raised.", hint)


def outcome(f: Callable, *args: Any, **kwargs: Any) -> str:
    """What f gives, as a message shows it; a generator is run to its end."""
    args, kwargs = across(args), across(kwargs)
    if isinstance(f, Elsewhere):
        return f.ask("outcome", args, kwargs)
    result = f(*args, **kwargs)
    return show(list(_steps(f, result)) if hasattr(result, "__next__") else result)


@contextmanager
def hinted(hint: str) -> Iterator[None]:
    """Turn an error of the learner's code, where a result was expected, into a `Mismatch`.

    An error that comes of what is not written, or written wrong, goes through as it is: a name that
    nothing defines says nothing of the mistake that the hint is about.

    >>> with hinted("With k above V every token stays."):
    ...     got = call(top_k, logits, 99)
    """
    try:
        yield
    except (Mismatch, NotImplementedError):
        raise
    except Exception as error:
        if _points_to_nothing(error):
            raise
        wrong = f"Your code raised {type(error).__name__} ({error}); expected a result."
        raise Mismatch(wrong, hint) from error


def _points_to_nothing(error: Exception) -> bool:
    """Whether an error has little to do with the inputs: names, imports, None, a signature.

    Its classes count by their names, for an exception from elsewhere has no more of them. A local
    name without a value does not count: that may well come of the inputs.
    """
    names = {cls.__name__ for cls in type(error).__mro__}
    if "UnboundLocalError" in names:
        return False
    if "AttributeError" in names and "'NoneType' object" in str(error):
        return True
    if "TypeError" in names and _OF_A_SIGNATURE.search(str(error)):
        return True
    return not names.isdisjoint(_OF_THE_TEXT)


def _received(f: Callable, result: Any) -> Any:
    try:
        return across(result)
    except TypeError as error:
        raise Mismatch(
            f"{name_of(f)} gave {show(result)}, and {error}. "
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
        raise Mismatch(f"{name_of(f)} gave {MOST_STEPS} values and did not stop.")
    finally:
        if hasattr(steps, "close"):
            steps.close()


def _named(kwargs: dict[str, Any]) -> list[str]:
    return [f"{name}={show(value)}" for name, value in kwargs.items()]
