"""Parameters and gradients of the learner's modules."""

from collections.abc import Callable
from typing import Any, NamedTuple

from llmcourse.checking.calls import Elsewhere
from llmcourse.checking.mismatch import Mismatch
from llmcourse.checking.plain import across, is_tensor
from llmcourse.checking.showing import name_of


class Gradients(NamedTuple):
    """By argument (None for what is no tensor of real numbers) and by name of the parameter."""

    args: list
    params: dict


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
            f"{name_of(type(handle))} has the parameters {sorted(own)}; expected {sorted(values)}."
        )
    for name, value in values.items():
        if own[name].shape != value.shape:
            raise Mismatch(
                f"The parameter {name} of {name_of(type(handle))} has the shape "
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

    args = list(across(args))
    if isinstance(f, Elsewhere):
        return Gradients(*f.ask("grad", args, across(kwargs), upstream=upstream))
    owner = f if hasattr(f, "named_parameters") else getattr(f, "__self__", None)
    own = _parameters(owner) if hasattr(owner, "named_parameters") else {}
    real = [i for i, a in enumerate(args) if is_tensor(a) and a.is_floating_point()]
    for i in real:
        args[i].requires_grad_(True)
    result = f(*args, **across(kwargs))
    if not is_tensor(result) or not result.requires_grad:
        raise Mismatch(
            f"The result of {name_of(f)} has no gradient. It is lost by `detach`, `item`, "
            "`tolist`, `torch.no_grad` and by making a new tensor from numbers."
        )
    total = (result if upstream is None else result * upstream).sum()
    leaves = [args[i] for i in real] + list(own.values())
    found = torch.autograd.grad(total, leaves, allow_unused=True)
    by_argument = dict(zip(real, found, strict=False))
    return Gradients(
        [by_argument.get(i) for i in range(len(args))],
        dict(zip(own, found[len(real) :], strict=True)),
    )


def _parameters(handle: Any) -> dict[str, Any]:
    if not hasattr(handle, "named_parameters"):
        raise Mismatch(
            f"{name_of(type(handle))} has no parameters. Derive the class from torch.nn.Module and "
            "call super().__init__() first."
        )
    return dict(handle.named_parameters())
