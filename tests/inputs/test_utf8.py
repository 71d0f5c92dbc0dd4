"""Bytes that are UTF-8, bytes that are not, and what their errors say."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs.utf8 import decode_utf8

pieces = st.binary(max_size=4) | st.text(max_size=3).map(str.encode) | st.just(b"\xef\xbf\xbd")


@given(st.text())
def test_text_comes_back_whole(text: str):
    assert decode_utf8(text.encode()) == (text, 0)
    assert decode_utf8(text.encode(), errors="replace") == (text, 0)


@given(st.lists(pieces).map(b"".join))
def test_replaced_pieces_are_counted(data: bytes):
    counted = 0

    def count(error: UnicodeError) -> tuple[str, int]:
        nonlocal counted
        counted += 1
        return "\ufffd", error.end

    codecs.register_error("llmcourse.counted", count)
    text = data.decode(errors="llmcourse.counted")
    assert decode_utf8(data, errors="replace") == (text, counted)


def test_a_mark_of_replacement_in_the_data_is_not_counted():
    assert decode_utf8(b"\xef\xbf\xbd caf\xe9", errors="replace") == ("\ufffd caf\ufffd", 1)


def test_a_byte_order_mark_stays():
    assert decode_utf8(codecs.BOM_UTF8 + b"a").text == "\ufeffa"


def test_the_place_is_named():
    with pytest.raises(UserError, match=r"not UTF-8: byte 3 is 0xe9\. Read them in the encoding"):
        decode_utf8("café".encode("latin-1"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("é".encode("utf-16"), r"not UTF-8 but UTF-16: byte 0 is 0xff\. Convert it.*iconv"),
        (b"\xfe\xff\x00a", "but UTF-16"),
        (b"\x1f\x8b\x08\x00", r"but gzip: byte 1 is 0x8b\. Unpack it"),
        (b"PK\x03\x04\xff", r"but zip: .*docx"),
        (b"%PDF-1.4\n%\xe2\xe3", r"but PDF: .*Save it as plain text"),
    ],
)
def test_other_kinds_of_file_are_named(data: bytes, message: str):
    with pytest.raises(UserError, match=message):
        decode_utf8(data)


def test_only_two_ways_with_errors():
    with pytest.raises(UserError, match=r"errors is 'ignore'\. Say \"strict\""):
        decode_utf8(b"", errors="ignore")
