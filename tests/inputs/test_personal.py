"""Found spans against the labels of the crawl, check digits against other ways to compute them."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.inputs.personal import (
    Found,
    find_personal,
    passes_iban,
    passes_luhn,
    replace_personal,
)
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.personal_data import KINDS

CRAWL = Riverbank().dirty(4000, seed=21)


def test_precision_and_recall_on_the_crawl():
    found = {(i, *one) for i, page in enumerate(CRAWL) for one in find_personal(page.text)}
    labels = {(i, *one) for i, page in enumerate(CRAWL) for one in page.spans}
    assert len(labels) > 800
    assert len(found & labels) / len(found) >= 0.98
    assert len(found & labels) / len(labels) >= 0.98


@pytest.mark.parametrize("kind", KINDS)
def test_recall_of_each_kind(kind):
    labels = [(page, one) for page in CRAWL for one in page.spans if one[2] == kind]
    hits = [one in find_personal(page.text) for page, one in labels]
    assert sum(hits) / len(hits) >= 0.97


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Mail a.b+c@mail.mill.example.", "Mail <email>."),
        ("(mia@mill.example)", "(<email>)"),
        ("MIA_7@MILL.EXAMPLE, tom@x.example", "<email>, <email>"),
        ("Call +44 (0)20 7946 0123.", "Call <phone>."),
        ("Call +442079460123 or 0113 496 0123", "Call <phone> or <phone>"),
        ("(212) 555-0123; +1-212-555-0199", "<phone>; <phone>"),
        ("GB82 WEST 1234 5698 7654 32", "<iban>"),
        ("DE89370400440532013000 BY FRIDAY", "<iban> BY FRIDAY"),
        (
            "NO9386011117947 is short, FR1420041010050500013M02606 is long",
            "<iban> is short, <iban> is long",
        ),
        ("NL91 ABNA 0417 1643 00 DE89370400440532013000", "<iban> <iban>"),
        ("4111 1111 1111 1111", "<card>"),
        ("378282246310005 or 3782-822463-10005", "<card> or <card>"),
        ("from 192.0.2.17 and 2001:db8::1.", "from <ip> and <ip>."),
        ("ab::192.0.2.17", "ab::<ip>"),
        ("2001:db8::1, 192.0.2.17, 7 Mill Lane", "<ip>, <ip>, <address>"),
        ("She lives at 12a Mill Street, Riverbank RB4 2XY.", "She lives at <address>."),
        ("at 7 Old Mill Road, RB12 3AL", "at <address>"),
        ("at 7 Mill Lane, Riverbank.", "at <address>."),
        ("at 7 Mill Lane, Mia said", "at <address>, Mia said"),
    ],
)
def test_what_is_personal(text, marked):
    assert replace_personal(text) == marked


@pytest.mark.parametrize(
    "text",
    [
        *("", "no digits here", "@mia wrote", "eggs @ 3 pence", "a@b", "mia@mill", "x@@y.example"),
        *(
            "4111 1111 1111 1112",
            "order 1234-5678-9012-3456",
            "978-0-1315-0000-9",
            "4111 1111 1111",
        ),
        *("GB82 WEST 1234 5698 7654 33", "GB82WEST123456987654321", "XX82 WEST 1234 5698 7654 32"),
        *(
            "file ES00 1200 4111 1111 1111 1111",
            "file 4111 1111 1111 1111 12",
            "0113 496 0123 4567",
        ),
        *("version 1.2.3.4", "Release 10.0.0.1", "see v2.0.1.9", "section 3.1.4.1", "1.2.3.4.5"),
        *("256.1.1.1", "1.2.3", "12:30:45", "a::b::c", "2024-05-17", "17.05.2024", "20240517"),
        *(
            "1914-1918",
            "pages 120-134",
            "0.123456789",
            "about 3,000,000 ducks",
            "+44 20 7946",
            "0123",
        ),
        *("In 1890 Mill Street was paved", "12 houses on Mill Street", "bus 12 to Mill Street"),
    ],
)
def test_what_only_looks_like_it(text):
    assert find_personal(text) == []
    assert replace_personal(text) == text


def test_the_docstring():
    text = "Write to mia@mill.example or call 01632 960123."
    assert find_personal(text) == [Found(9, 25, "email"), Found(34, 46, "phone")]
    assert replace_personal(text, [Found(34, 46, "phone")]) == (
        "Write to mia@mill.example or call <phone>."
    )


@given(st.text("ab1 @.+-:GB()", max_size=40))
def test_spans_are_in_order_apart_and_gone_after_replacement(text):
    found = find_personal(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    kept = len(text) - sum(one.end - one.start for one in found)
    assert len(replace_personal(text)) == kept + sum(len(one.kind) + 2 for one in found)


@given(st.integers(0, 10**18))
def test_luhn_with_a_table(number):
    digits = str(number)
    table = dict(zip("0123456789", (0, 2, 4, 6, 8, 1, 3, 5, 7, 9), strict=True))
    rest = digits[::-1]
    total = sum(map(int, rest[::2])) + sum(table[digit] for digit in rest[1::2])
    assert passes_luhn(digits) == (total % 10 == 0)


@given(st.integers(0, 10**14 - 1), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, more):
    account = f"WEST{number:014d}"
    rest = (
        int("".join(str(ord(one) - 55) if one.isalpha() else one for one in account + "GB00")) % 97
    )
    iban = f"GB{98 - rest:02d}{account}"
    assert passes_iban(iban)
    at = 8 + place
    wrong = iban[:at] + str((int(iban[at]) + more) % 10) + iban[at + 1 :]
    assert not passes_iban(wrong)
    assert not passes_iban(iban[:-1])


# The examples of the registry of ISO 13616 and of national banks: invented accounts.
PUBLISHED = [
    "GB82WEST12345698765432",
    "DE89370400440532013000",
    "FR1420041010050500013M02606",
    "NL91ABNA0417164300",
    "BE68539007547034",
    "CH9300762011623852957",
    "ES9121000418450200051332",
    "IT60X0542811101000000123456",
    "SE4550000000058398257466",
    "AT611904300234573201",
    "PL61109010140000071219812874",
    "NO9386011117947",
    "DK5000400440116243",
    "FI2112345600000785",
    "PT50000201231234567890154",
    "IE29AIBK93115212345678",
    "GR1601101250000000012300695",
]


@pytest.mark.parametrize(
    "iban",
    PUBLISHED,
)
def test_published_examples(iban):
    assert passes_iban(iban)
    assert find_personal(f"to {iban} by Friday") == [Found(3, 3 + len(iban), "iban")]


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1",
        "a.",
        "a@",
        "1 ",
        "12 Aa ",
        "1:",
        "A1",
        "GB82 ",
        "1.",
        "a@b.",
        "+44 1",
        "0123 ",
        "a@b.example ",
        "192.0.2.1 ",
        "01632 960123, ",
        "7 Mill Lane ",
    ],
)
def test_hostile_texts_take_linear_time(unit):
    text = unit * (400_000 // len(unit))
    before = time.process_time()
    find_personal(text)
    assert time.process_time() - before < 4


def test_nothing_personal_is_left_in_a_cleaned_page():
    for page in CRAWL[:500]:
        cleaned = replace_personal(page.text)
        assert not re.search(r"\w@\w+[\w.-]*\.example", cleaned)
        assert all(page.text[start:end] not in cleaned for start, end, _ in page.spans)
