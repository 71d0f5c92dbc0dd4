"""Values cross the pipe unchanged, and no bytes on it can do harm."""

import json
import math
import resource
import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.checking import TableModel
from llmcourse.sandbox.wire import HEAD, MOST_TEXT, Malformed, pack, unpack

TAG = "\0"
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
        | st.sets(st.integers() | st.text(), max_size=4)
        | st.frozensets(st.binary(), max_size=4)
    ),
    max_leaves=12,
)


def message(node, raw: bytes = b"") -> bytes:
    """A message with this JSON, which nobody has checked."""
    return text(json.dumps(node), raw)


def text(given: str, raw: bytes = b"") -> bytes:
    """A message with this text for its JSON."""
    data = given.encode()
    return HEAD.pack(4 + len(data) + len(raw), len(data)) + data + raw


def tensor(shape, length, dtype="float32", start=0):
    """The node of a tensor."""
    return {TAG: "tensor", "dtype": dtype, "shape": shape, "raw": [start, length]}


@given(plain)
def test_plain_values_cross_unchanged(value):
    got = unpack(pack(value))

    assert got == value
    assert type(got) is type(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.0, 10**4000, 5e-324])
def test_odd_numbers_cross_unchanged(value):
    assert repr(unpack(pack([value]))) == repr([value])


@pytest.mark.parametrize(
    "dtype",
    [
        *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64),
        *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
    ],
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3), (2, 1, 3, 1)])
def test_tensors_cross_with_dtype_and_shape(dtype, shape):
    value = (5 * torch.randn(shape)).to(dtype)

    got = unpack(pack({"a": [value, value.clone()]}))["a"][1]

    assert got.dtype == dtype
    assert got.shape == value.shape
    assert torch.equal(got, value)


def test_what_is_no_row_of_numbers_crosses_as_one():
    value = torch.arange(6.0).view(2, 3)

    assert torch.equal(unpack(pack(value.t())), value.t())
    assert torch.equal(unpack(pack(value[:, 1:])), value[:, 1:])
    assert torch.equal(unpack(pack(value[0].expand(4, 3))), value[0].expand(4, 3))


def test_a_stand_in_crosses_with_what_it_counted():
    model = TableModel(torch.eye(3), fade=0.5, context=7)
    model(torch.tensor([[0, 2]]))

    got = unpack(pack((model,)))[0]

    assert (got.fade, got.context, got.lengths) == (0.5, 7, [2])
    assert torch.equal(got.table, model.table)


@pytest.mark.parametrize("value", [object(), print, type, 1j, range(3), torch.eye(2).to_sparse()])
def test_what_is_not_plain_does_not_cross(value):
    with pytest.raises(TypeError, match="is no plain value"):
        pack([value])


def test_what_is_too_deep_or_too_long_does_not_cross():
    deep: list = []
    for _ in range(100_000):
        deep = [deep]

    with pytest.raises(ValueError, match="nested too deeply"):
        pack(deep)
    with pytest.raises(ValueError, match="more than 2 MB"):
        pack("a" * MOST_TEXT, most=MOST_TEXT)


M = 2**61 - 1  # of integers, Python's hash is the rest by this


@pytest.mark.parametrize(
    "bad",
    {
        "nothing": b"",
        "half a head": b"\0" * 7,
        "a text behind the end": HEAD.pack(4, 100),
        "lengths that disagree": HEAD.pack(99, 2) + b"[]",
        "no JSON": text("{'a'}"),
        "no UTF-8": HEAD.pack(6, 2) + b"\xff\xfe",
        "a text that is too long": text("[" + "[]," * (MOST_TEXT // 3) + "[]]"),
        "deep": text("[" * 100_000 + "]" * 100_000),
        "a huge number": text("1" * 5_000),
        "no kind": message({"a": 1}),
        "an unknown kind": message({TAG: "module", "of": "os"}),
        "a kind that is none": message({TAG: ["dict"], "of": []}),
        "a dict without values": message({TAG: "dict", "of": [[1]]}),
        "a dict of nothing": message({TAG: "dict"}),
        "an unhashable key": message({TAG: "dict", "of": [[[], 1]]}),
        "an unhashable value": message({TAG: "set", "of": [[1]]}),
        "integers with one hash": message({TAG: "set", "of": [i * M for i in range(1, 10_000)]}),
        "keys with one hash": message({TAG: "dict", "of": [[i * M, 0] for i in range(1, 99)]}),
        "bytes behind the end": message({TAG: "bytes", "raw": [0, 9]}, b"12345678"),
        "bytes before the start": message({TAG: "bytes", "raw": [-4, 8]}, b"12345678"),
        "bytes of a length below 0": message({TAG: "bytes", "raw": [0, -1]}, b"12345678"),
        "bytes at no place": message({TAG: "bytes", "raw": [True, 1.0]}, b"12345678"),
        "bytes twice": message([{TAG: "bytes", "raw": [0, 8]}] * 2, b"12345678"),
        "too few numbers": message(tensor([3], 8), b"12345678"),
        "too many numbers": message(tensor([1], 8), b"12345678"),
        "sizes below 0": message(tensor([-1, -2], 8), b"12345678"),
        "sizes that are none": message(tensor([2.0], 8), b"12345678"),
        "a truth as a size": message(tensor([True, 2], 8), b"12345678"),
        "a shape that is none": message(tensor("2", 8), b"12345678"),
        "many sizes": message(tensor([1] * 100, 4), b"1234"),
        "nothing, 2³¹ times": message(tensor([2**31, 0], 0)),
        "an overflow": message(tensor([0] + [2**31] * 8, 0)),
        "a type that is none": message(tensor([2], 8, dtype="load"), b"12345678"),
        "an unknown stand-in": message({TAG: "stand-in", "class": "Popen", "fields": {}}),
        "a field of Python's": message(
            {TAG: "stand-in", "class": "TableModel", "fields": {"__class__": 1}}
        ),
    }.items(),
    ids=lambda given: given[0],
)
def test_what_is_no_message_is_refused_at_little_cost(bad):
    memory, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()

    with pytest.raises(Malformed):
        unpack(bad[1])

    assert time.process_time() - start < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 300_000  # kilobytes


@settings(max_examples=200)
@given(st.data())
def test_a_message_that_was_changed_is_read_or_refused(data):
    value = [1, "a", {"k": (b"x", {2.5})}, torch.arange(4.0), TableModel(torch.eye(2))]
    changed = bytearray(pack(value))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))

    try:  # nothing else is raised
        read = pack(unpack(changed))
    except Malformed:
        return
    assert pack(unpack(read)) == read
