"""Invented personal data in the formats of the real, and what only looks like it.

Nothing here can reach a person: hosts end in .example (RFC 2606), addresses are from the blocks for
documentation (RFC 5737, RFC 3849), telephone numbers from the ranges that Ofcom and the North
American Numbering Plan keep for fiction, card numbers begin as test cards do, and the banks are no
banks. Their check digits are right: that is what tells them from an order number.
"""

from llmcourse.riverbank.phrases import Draw, pick
from llmcourse.riverbank.town import STREETS

_HOSTS = ["riverbank", "old-mill", "mail.riverbank", "school.riverbank", "ferry-post"]
_FIRST = ["ada", "bella", "carl", "dora", "emil", "frank", "grace", "hugo", "ivy", "julia", "leo"]
_LAST = ["miller", "baker", "reed", "waters", "stone", "field", "marsh", "hill", "ford", "brook"]
_UK_AREAS = ["0113 496 0", "0131 496 0", "020 7946 0", "01632 960", "0161 496 0"]
# country, letters of the bank, digits that follow; the lengths are those of the ISO 13616 registry.
_IBANS = [
    ("GB", "RVBK", 14),
    ("NL", "RVBK", 10),
    ("DE", "", 18),
    ("ES", "", 20),
    ("BE", "", 12),
]
_CARDS = [("400000", 16), ("555555", 16), ("222300", 16), ("378282", 15)]
_POST = ["RB1", "RB4", "RB12"]


def _digits(n: int, draw: Draw) -> str:
    return "".join(str(int(draw() * 10)) for _ in range(n))


def _grouped(text: str, sizes: list[int], joint: str) -> str:
    groups = []
    for size in sizes:
        groups, text = [*groups, text[:size]], text[size:]
    return joint.join([*groups, text] if text else groups)


def email(draw: Draw) -> str:
    first, last = pick(_FIRST, draw), pick(_LAST, draw)
    name = pick(
        [f"{first}.{last}", f"{first}_{last}", f"{first[0]}{last}", f"{first}+post"],
        draw,
    )
    name += pick(["", "", _digits(2, draw)], draw)
    name = pick([name, name, name.title()], draw)
    return f"{name}@{pick(_HOSTS, draw)}.example"


def phone(draw: Draw) -> str:
    if draw() < 0.3:
        area, line = 201 + int(draw() * 700), "01" + _digits(2, draw)
        forms = [f"({area}) 555-{line}", f"{area}-555-{line}", f"+1 {area} 555 {line}"]
        return pick([*forms, f"+1-{area}-555-{line}"], draw)
    number = pick(_UK_AREAS, draw) + _digits(3, draw)
    abroad = f"+44 {number[1:]}"
    close = number.replace(" ", "")
    return pick([number, number, abroad, f"+44 (0){number[1:]}", close, f"+44{close[1:]}"], draw)


def iban(draw: Draw) -> str:
    """Two check digits make the whole, letters as 10 to 35, leave 1 divided by 97 (ISO 7064)."""
    country, bank, length = pick(_IBANS, draw)
    account = bank + _digits(length, draw)
    check = 98 - _number(account + country + "00") % 97
    whole = f"{country}{check:02d}{account}"
    return pick([whole, _grouped(whole, [4] * (len(whole) // 4), " ")], draw)


def _number(letters_and_digits: str) -> int:
    return int("".join(str(int(one, 36)) for one in letters_and_digits))


def card(draw: Draw) -> str:
    """The last digit makes the sum of Luhn (1960) a multiple of 10."""
    start, length = pick(_CARDS, draw)
    body = start + _digits(length - 1 - len(start), draw)
    return _as_card(body + str(-_luhn(body + "0") % 10), draw)


def _luhn(digits: str) -> int:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value // 10 + value % 10 for value in doubled)


def _as_card(digits: str, draw: Draw) -> str:
    sizes = [4, 6, 5] if len(digits) == 15 else [4, 4, 4, 4]
    return pick([digits, _grouped(digits, sizes, " "), _grouped(digits, sizes, "-")], draw)


def address(draw: Draw) -> str:
    house = str(1 + int(draw() * 98)) + pick(["", "", "", "a", "b"], draw)
    post = f"{pick(_POST, draw)} {_digits(1, draw)}{pick('ABDEFGHJ', draw)}{pick('LNPQRST', draw)}"
    street = f"{house} {pick(STREETS, draw)}"
    return street + pick(["", ", Riverbank", f", Riverbank {post}", f", {post}"], draw)


def ip(draw: Draw) -> str:
    block = pick(["192.0.2.", "198.51.100.", "203.0.113."], draw)
    if draw() < 0.75:
        return block + str(int(draw() * 256))
    groups = [f"{int(draw() * 65536):x}" for _ in range(3)]
    return "2001:db8:" + pick([":".join(["", groups[0]]), ":".join(groups) + "::1"], draw)


KINDS = {
    "email": email,
    "phone": phone,
    "iban": iban,
    "card": card,
    "address": address,
    "ip": ip,
}


def _other_digit(digits: str, draw: Draw) -> str:
    """The digits with one in the middle changed, so that a check digit no longer fits."""
    at = len(digits) // 2
    return digits[:at] + str((int(digits[at]) + 1 + int(draw() * 9)) % 10) + digits[at + 1 :]


def _order(draw: Draw) -> str:
    start, length = pick(_CARDS, draw)
    body = start + _digits(length - 1 - len(start), draw)
    return _as_card(_other_digit(body + str(-_luhn(body + "0") % 10), draw), draw)


def _reference(draw: Draw) -> str:
    whole = iban(draw).replace(" ", "")
    return _grouped(_other_digit(whole, draw), [4] * (len(whole) // 4), pick(["", " "], draw))


def _date(draw: Draw) -> str:
    year, month, day = (low + int(draw() * n) for low, n in ((1890, 130), (1, 12), (1, 28)))
    forms = [f"{year}-{month:02d}-{day:02d}", f"{day:02d}.{month:02d}.{year}"]
    return pick([*forms, f"{day:02d}/{month:02d}/{year}", f"{year}{month:02d}{day:02d}"], draw)


def _version(draw: Draw) -> str:
    return ".".join(str(int(draw() * 30)) for _ in range(pick([2, 3, 4], draw)))


def _years(draw: Draw) -> str:
    first = 1700 + int(draw() * 250)
    return f"{first}-{first + 1 + int(draw() * 60)}"


def _parts(draw: Draw) -> str:
    return f"{300 + int(draw() * 600)}.{_digits(3, draw)}.{_digits(3, draw)}.{_digits(1, draw)}"


def _isbn(draw: Draw) -> str:
    return f"978-{_digits(1, draw)}-{_digits(4, draw)}-{_digits(4, draw)}-{_digits(1, draw)}"


def _count(draw: Draw) -> str:
    return str(2 + int(draw() * 60))


# What is no personal data, though a careless pattern finds it: see `page_parts.HARMLESS`.
LOOK_ALIKES = {
    "order": _order,
    "reference": _reference,
    "date": _date,
    "version": _version,
    "years": _years,
    "parts": _parts,
    "isbn": _isbn,
    "count": _count,
}
