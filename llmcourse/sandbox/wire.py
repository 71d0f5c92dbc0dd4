"""Plain values as bytes, for a pipe whose other end nobody trusts.

A message is a JSON text and the raw bytes of its tensors behind it. Reading one never runs code: no
pickle, no eval, no class but those of a short list, no size that was not checked before memory is
taken for it. Whatever is not as it must be is `Malformed`.

    8 bytes   length of what follows     4 bytes   length of the JSON     JSON     raw bytes
"""

import json
import math
import struct
import sys
from collections.abc import Callable
from typing import Any

from llmcourse.checking import StandIn, TableModel

STAND_INS: dict[str, type[StandIn]] = {"TableModel": TableModel}
DTYPES = (
    *("float64", "float32", "float16", "bfloat16", "complex64", "complex128"),
    *("int64", "int32", "int16", "int8", "uint8", "bool"),
)
HEAD = struct.Struct(">QI")
MOST_TEXT = 2 * 1024**2  # bytes of the JSON: as objects they take some twenty times as much
MOST_EMPTY = 1_000_000  # the other sizes of a tensor without numbers, multiplied
MOST_ALIKE = 20  # values of a set or dict with one hash: more of them are chosen to be slow
TAG = "\0"  # the key of a node that JSON has no word for


class Malformed(ValueError):
    """Bytes that are no message of this form."""


def pack(value: Any, *, most: int | None = None) -> bytes:
    """A message. `TypeError` for what is not plain, `ValueError` for what is too deep or too long.

    Of the JSON more than `most` bytes are too long.

    Plain: None, numbers, strings, bytes, lists, tuples, dicts, sets, tensors, stand-ins.
    """
    raw = bytearray()
    try:
        text = json.dumps(_node(value, raw)).encode()
    except RecursionError:
        raise ValueError("the value is nested too deeply") from None
    if most is not None and len(text) > most:
        raise ValueError(f"a value of more than {most / 2**20:g} MB; only tensors may be larger")
    return HEAD.pack(HEAD.size - 8 + len(text) + len(raw), len(text)) + text + raw


def unpack(message: bytes | bytearray, *, most: int | None = MOST_TEXT) -> Any:
    """The value of a message, from its head on. Raises `Malformed`."""
    try:
        length, text = HEAD.unpack_from(message)
        if length != len(message) - 8 or text > len(message) - HEAD.size:
            raise Malformed("its lengths don't agree")
        if most is not None and text > most:
            raise Malformed("a text that is too long")
        raw = _Raw(memoryview(message)[HEAD.size + text :])
        return _value(json.loads(bytes(message[HEAD.size : HEAD.size + text])), raw)
    except Malformed:
        raise
    except Exception as error:  # of any kind: torch has its own for a shape that can't be
        raise Malformed(str(error)) from None


class _Raw:
    """The bytes behind the JSON, to be taken in their order, each once.

    So a message can't name the same bytes a thousand times and have a thousand copies made.
    """

    def __init__(self, data: memoryview):
        self.data, self.place = data, 0

    def take(self, place: Any) -> bytes:
        """The next bytes, which begin and end where `place` says, [begin, length]."""
        start, length = place
        if type(start) is not int or type(length) is not int or length < 0:
            raise Malformed("a place that is none")
        if start != self.place or start + length > len(self.data):
            raise Malformed("a place behind the end or out of order")
        self.place = start + length
        return bytes(self.data[start : self.place])


def _node(value: Any, raw: bytearray) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    for plain in (int, float):
        if isinstance(value, plain):
            return plain(value)
    if isinstance(value, list):
        return [_node(item, raw) for item in value]
    if isinstance(value, dict):
        pairs = [[_node(key, raw), _node(item, raw)] for key, item in value.items()]
        return {TAG: "dict", "of": pairs}
    for kind in (tuple, set, frozenset):
        if isinstance(value, kind):
            return {TAG: kind.__name__, "of": [_node(item, raw) for item in value]}
    if isinstance(value, bytes):
        return {TAG: "bytes", "raw": _keep(bytes(value), raw)}
    if isinstance(value, StandIn):
        fields = {name: _node(item, raw) for name, item in vars(value).items()}
        return {TAG: "stand-in", "class": type(value).__name__, "fields": fields}
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        return _tensor_node(value, raw)
    raise TypeError(f"{type(value).__name__} is no plain value")


def _tensor_node(value: Any, raw: bytearray) -> dict[str, Any]:
    import torch

    dtype = str(value.dtype).removeprefix("torch.")
    if dtype not in DTYPES or value.layout != torch.strided or value.is_quantized:
        raise TypeError(f"a tensor of {value.dtype} and layout {value.layout} is no plain value")
    plain = value.detach().cpu().resolve_conj().resolve_neg().contiguous()
    data = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    return {TAG: "tensor", "dtype": dtype, "shape": list(plain.shape), "raw": _keep(data, raw)}


def _keep(data: bytes, raw: bytearray) -> list[int]:
    start = len(raw)
    raw += data
    return [start, len(data)]


def _value(node: Any, raw: _Raw) -> Any:
    if node is None or isinstance(node, bool | str | int | float):
        return node
    if isinstance(node, list):
        return [_value(item, raw) for item in node]
    read = READERS.get(node.get(TAG)) if isinstance(node.get(TAG), str) else None
    if read is None:
        raise Malformed("a node of no known kind")
    return read(node, raw)


def _dict(node: dict, raw: _Raw) -> dict:
    keys, values = [], []
    for key, value in node["of"]:
        keys.append(_value(key, raw))
        values.append(_value(value, raw))
    _spread(keys)
    return dict(zip(keys, values, strict=True))


def _set(node: dict, raw: _Raw) -> set:
    values = [_value(item, raw) for item in node["of"]]
    _spread(values)
    return set(values)


def _spread(values: list) -> None:
    """Refuse values that share their hash: a set of n of them takes n² steps."""
    hashes = sorted(map(hash, values))
    alike = zip(hashes, hashes[MOST_ALIKE:], strict=False)
    if any(one == other for one, other in alike):
        raise Malformed(f"more than {MOST_ALIKE} values with the same hash")


def _tensor(node: dict, raw: _Raw) -> Any:
    import torch

    shape, data = node["shape"], bytearray(raw.take(node["raw"]))
    if node["dtype"] not in DTYPES or not isinstance(shape, list) or len(shape) > 16:
        raise Malformed("no tensor")
    if any(type(size) is not int or not 0 <= size <= 2**31 for size in shape):
        raise Malformed("no shape")
    dtype = getattr(torch, node["dtype"])
    if math.prod(shape) * dtype.itemsize != len(data):
        raise Malformed("a tensor whose bytes don't fit its shape")
    if not data:
        if math.prod(size or 1 for size in shape) > MOST_EMPTY:
            raise Malformed("an empty tensor with sizes that nobody needs")
        return torch.empty(shape, dtype=dtype)
    if dtype == torch.bool:
        return torch.frombuffer(data, dtype=torch.uint8).reshape(shape) != 0
    return torch.frombuffer(data, dtype=dtype).reshape(shape)


def _stand_in(node: dict, raw: _Raw) -> StandIn:
    made = object.__new__(STAND_INS[node["class"]])
    fields = node["fields"]
    if not isinstance(fields, dict) or any(not isinstance(name, str) for name in fields):
        raise Malformed("no stand-in")
    for name, item in fields.items():
        if not name.isidentifier() or name.startswith("_"):
            raise Malformed("no field")
        made.__dict__[name] = _value(item, raw)
    return made


READERS: dict[str, Callable[[dict, _Raw], Any]] = {
    "dict": _dict,
    "tuple": lambda node, raw: tuple(_value(item, raw) for item in node["of"]),
    "set": _set,
    "frozenset": lambda node, raw: frozenset(_set(node, raw)),
    "bytes": lambda node, raw: raw.take(node["raw"]),
    "tensor": _tensor,
    "stand-in": _stand_in,
}
