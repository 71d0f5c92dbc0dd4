"""Personal data in a text: found by their form, checked by their check digits, replaced by marks.

A corpus is read by a model that may say any line of it again, so addresses and numbers of people
leave it before training. A form alone is not enough: an order number has sixteen digits as a card
has. Where the format has check digits they decide, and for the rest the word in front does.

Left out: names, and everything that is personal by its meaning ("the one-legged baker of Mill
Street"). Rules can't see those; a tagger trained for it finds some.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import AddressValueError, IPv6Address
from typing import NamedTuple

# Length of an IBAN by country: the registry of ISO 13616, for Europe.
_IBAN_LENGTHS = {
    **{"NO": 15, "BE": 16, "DK": 18, "FI": 18, "NL": 18, "SI": 19, "AT": 20, "EE": 20, "LT": 20},
    **{"LU": 20, "CH": 21, "HR": 21, "LI": 21, "LV": 21, "BG": 22, "DE": 22, "GB": 22, "IE": 22},
    **{"CZ": 24, "ES": 24, "RO": 24, "SE": 24, "SK": 24, "PT": 25, "IS": 26, "FR": 27, "GR": 27},
    **{"IT": 27, "CY": 28, "HU": 28, "PL": 28, "MT": 31},
}

# However hostile the text, no pattern takes more than linear time: a match can begin only where no
# other is under way, and every repetition has an end or a character that stops it.
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,27}")
_CARD = re.compile(
    r"""(?<![\w-])(?<!\d\ )(?:
        \d{4}([ -])\d{4}\1\d{4}\1\d{4} | \d{4}([ -])\d{6}\2\d{5} | \d{13,19}
    )(?![\w-]|\ \d)""",
    re.VERBOSE,
)
_PHONE = re.compile(
    r"""(?<![\w.+-])(?:
        \+44\ ?(?:\(0\)\ ?)?\d(?:\ ?\d){9}           # +44 113 496 0123, +44 (0)20 7946 0123
        | \+1[ -]?\d{3}[ -]\d{3}[ -]\d{4}             # +1 212 555 0123
        | \(\d{3}\)\ ?\d{3}-\d{4} | \d{3}-\d{3}-\d{4} # (212) 555-0123
        | 0\d{2}\ \d{4}\ \d{4} | 0\d{3}\ \d{3}\ \d{4} | 0\d{4}\ \d{5,6} | 0\d{9,10}
    )(?![\w-]|\ \d)""",
    re.VERBOSE,
)
_ADDRESS = re.compile(
    r"""(?<![\w.,-])\d{1,3}[a-z]?\ (?:[A-Z][a-z]+\ ){1,2}(?:Street|Lane|Road|Avenue|Square|Close)\b
    (?:,(?:\ [A-Z][a-z]+)?\ [A-Z]{1,2}\d{1,2}\ \d[A-Z]{2}\b   # , Riverbank RB4 2XY
       |,\ [A-Z][a-z]+(?=[.;\n]|$))?""",
    re.VERBOSE,
)
_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{2,35}+(?!\w|\.\w)")
_NUMBERED = re.compile(r"(?:version|release|section|chapter|build|v)\.? ?$", re.IGNORECASE)


class Found(NamedTuple):
    """Personal data: `text[start:end]`, of the kind email, phone, iban, card, address or ip."""

    start: int
    end: int
    kind: str


def find_personal(text: str) -> list[Found]:
    """All personal data of a text in order, none within another.

    >>> find_personal("Write to mia@mill.example or call 01632 960123.")
    [Found(start=9, end=25, kind='email'), Found(start=34, end=46, kind='phone')]
    """
    if not ("@" in text or re.search(r"\d|::", text)):
        return []
    found: list[Found] = []
    for kind, search in _SEARCHES.items():  # the surest first: what they take is not searched again
        new = [Found(start, end, kind) for start, end in sorted(search(text))]
        text = _replaced(text, [(one.start, one.end, "\n" * (one.end - one.start)) for one in new])
        found += new
    return sorted(found)


def replace_personal(text: str, found: Sequence[Found] | None = None) -> str:
    """The text with a mark in the place of each, such as "<email>"; by default of all.

    >>> replace_personal("Write to mia@mill.example or call 01632 960123.")
    'Write to <email> or call <phone>.'
    """
    spans = find_personal(text) if found is None else sorted(found)
    return _replaced(text, [(start, end, f"<{kind}>") for start, end, kind in spans])


def _replaced(text: str, places: list[tuple[int, int, str]]) -> str:
    parts, read = [], 0
    for start, end, instead in places:
        parts += [text[read:start], instead]
        read = end
    return "".join([*parts, text[read:]])


def passes_luhn(digits: str) -> bool:
    """Whether the digits, every second from the right doubled, add up to a multiple of 10.

    The sum of 18 is 1 + 8. One wrong digit is always noticed, two neighbours that changed places
    nearly always (Luhn 1960).

    >>> passes_luhn("4111111111111111"), passes_luhn("4111111111111112")
    (True, False)
    """
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def passes_iban(iban: str) -> bool:
    """Whether country, length and check digits fit: moved to the end, all is 1 modulo 97.

    Letters count as 10 to 35 (ISO 7064).

    >>> passes_iban("GB82WEST12345698765432"), passes_iban("GB82WEST12345698765431")
    (True, False)
    """
    if len(iban) != _IBAN_LENGTHS.get(iban[:2]):
        return False
    return int("".join(str(int(one, 36)) for one in iban[4:] + iban[:4])) % 97 == 1


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _EMAIL.finditer(text)) if "@" in text else iter(())


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while found := _IBAN.search(text, at):
        # A word in capitals or another number may follow; the country says how long this one is.
        places = [found.start() + i for i, one in enumerate(found[0]) if one != " "]
        length = _IBAN_LENGTHS.get(found[0][:2], 99)
        end = places[length - 1] + 1 if len(places) >= length else 0
        number = text[found.start() : end].replace(" ", "")
        if end and not text[end : end + 1].isalnum() and passes_iban(number):
            yield found.start(), end
            at = end
        else:
            at = found.start() + 1


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        digits = re.sub("[ -]", "", found[0])
        if digits[0] in "23456" and passes_luhn(digits):  # first digits of card networks
            yield found.span()


def _phones(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _PHONE.finditer(text))


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _ADDRESS.finditer(text))


def _ips(text: str) -> Iterator[tuple[int, int]]:
    for found in _IPV4.finditer(text):
        before = text[max(0, found.start() - 10) : found.start()]
        if max(map(int, found[0].split("."))) < 256 and not _NUMBERED.search(before):
            yield found.span()
    for found in _IPV6.finditer(text):
        try:
            IPv6Address(found[0])
        except AddressValueError:
            continue
        yield found.span()


_SEARCHES: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {
    "email": _emails,
    "iban": _ibans,
    "card": _cards,
    "ip": _ips,
    "phone": _phones,
    "address": _addresses,
}
