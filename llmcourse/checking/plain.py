"""What may pass between a test and the learner's code: plain values, as copies.

Plain are None, numbers, strings, bytes, lists, tuples, dicts, sets, tensors and stand-ins.
"""

import copy
import sys
from typing import Any


class StandIn:
    """A callable argument: a small class of this module, made again from its fields elsewhere."""


def across(value: Any) -> Any:
    """A copy of a plain value; `TypeError` for what could not pass between two processes."""
    if value is None or isinstance(value, bool | bytes):
        return value
    for plain in (int, float, str):
        if isinstance(value, plain):
            return plain(value)  # numpy's float64 is a float, an enum may be a string
    if isinstance(value, tuple):
        return tuple(across(item) for item in value)
    if isinstance(value, list | set | frozenset):
        return type(value)(across(item) for item in value)
    if isinstance(value, dict):
        return {across(key): across(item) for key, item in value.items()}
    if is_tensor(value):
        return value.detach().clone()
    if isinstance(value, StandIn):
        return copy.deepcopy(value)
    raise TypeError(f"{type(value).__name__} is no plain value")


def is_tensor(value: Any) -> bool:
    """Whether it is one of torch's, which is not imported for that."""
    torch = sys.modules.get("torch")  # where nobody has imported it, there are no tensors
    return torch is not None and isinstance(value, torch.Tensor)
