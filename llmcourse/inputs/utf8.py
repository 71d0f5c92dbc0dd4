"""From the bytes of a file to text: UTF-8, or an error that says where it ends to be UTF-8.

Every later step reads text, and here is the one place where bytes become text. Bytes of another
encoding are hardly ever valid UTF-8, so they are found; which encoding it was, they do not tell, so
nothing is guessed. Where a text with gaps is better than none, as in a crawl of the web,
`errors="replace"` puts U+FFFD there and says how often.
"""

from typing import NamedTuple

from llmcourse.errors import UserError

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"  # U+FFFD, shown as �
_OTHERS = {  # what a file of another kind begins with, and how to get its text
    b"\xff\xfe": ("UTF-16", "Convert it, such as by: iconv -f utf-16 -t utf-8."),
    b"\xfe\xff": ("UTF-16", "Convert it, such as by: iconv -f utf-16 -t utf-8."),
    b"\x1f\x8b": ("gzip", "Unpack it first, such as by: gzip -d."),
    b"PK\x03\x04": ("zip", "Unpack it first; a .docx is of this kind too: save it as plain text."),
    b"%PDF": ("PDF", "Save it as plain text first."),
}


class Decoded(NamedTuple):
    """The text of some bytes, and how many pieces of them were no UTF-8 and became U+FFFD."""

    text: str
    replaced: int


def decode_utf8(data: bytes, errors: str = "strict") -> Decoded:
    r"""Return the text of `data`, from its first byte on: also a byte order mark stays.

    >>> decode_utf8(b"caf\xc3\xa9"), decode_utf8(b"caf\xe9", errors="replace")
    (Decoded(text='café', replaced=0), Decoded(text='caf�', replaced=1))

    Raises UserError for bytes that are no UTF-8, with the place of the first, unless
    `errors="replace"`.
    """
    if errors not in ("strict", "replace"):
        raise UserError(
            f"errors is {errors!r}.", todo='Say "strict" to be told, or "replace" to read on.'
        )
    try:
        return Decoded(data.decode(), 0)
    except UnicodeDecodeError as error:
        if errors == "strict":
            raise _not_utf8(data, error.start) from error
    text = data.decode(errors="replace")
    # Not those that were written in the data. Their three bytes are found nowhere else in it, since
    # the first of a character's bytes is never one of the others.
    return Decoded(text, text.count(REPLACEMENT) - data.count(REPLACEMENT.encode()))


def _not_utf8(data: bytes, start: int) -> UserError:
    where = f"byte {start} is 0x{data[start]:02x}"
    for beginning, (kind, todo) in _OTHERS.items():
        if data.startswith(beginning):
            return UserError(f"These bytes are not UTF-8 but {kind}: {where}.", todo=todo)
    return UserError(
        f"These bytes are not UTF-8: {where}.",
        todo="Read them in the encoding in which they were written (older files of Western Europe: "
        'latin-1 or cp1252), or with errors="replace" and look at the count.',
    )
