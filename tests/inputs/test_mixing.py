"""Proportions of domains."""

import itertools
from collections import Counter
from collections.abc import Iterator

import pytest

from llmcourse.errors import UserError
from llmcourse.inputs.mixing import mix, tempered

PAGES, BOOKS = ["p" * (1 + i % 7) for i in range(900)], ["b" * (40 + i) for i in range(60)]


def test_temperature_brings_the_weights_together():
    sizes = {"en": 900, "de": 90, "la": 10}
    assert tempered(sizes, 1) == pytest.approx({"en": 0.9, "de": 0.09, "la": 0.01})
    assert tempered(sizes, 2)["de"] == pytest.approx(90**0.5 / (900**0.5 + 90**0.5 + 10**0.5))
    assert tempered(sizes, float("inf")) == pytest.approx(dict.fromkeys(sizes, 1 / 3))
    assert tempered(sizes, 0.001)["en"] == pytest.approx(1)  # 900^1000 is no float
    with pytest.raises(UserError, match="a temperature above 0"):
        tempered(sizes, 0)
    with pytest.raises(UserError, match="Give sizes above 0"):
        tempered({"en": 0}, 1)


@pytest.mark.parametrize("weights", [(1, 1), (3, 1), (0.2, 0.8)])
def test_characters_follow_the_weights_at_every_moment(weights):
    weights = dict(zip(("pages", "books"), weights, strict=True))
    read: Counter[str] = Counter()
    longest = max(map(len, BOOKS))
    for name, text in mix({"pages": PAGES, "books": BOOKS}, weights):
        read[name] += len(text)
        share = weights["books"] / sum(weights.values())
        assert abs(read["books"] - share * read.total()) <= longest


def test_a_domain_is_read_in_its_order_and_again():
    got = list(mix({"a": ["1", "2", "3"], "b": ["x" * 9]}, {"a": 1, "b": 1}, repeats=4))
    of_a = [text for name, text in got if name == "a"]
    assert of_a == ["1", "2", "3"] * 4
    assert [name for name, _ in got].count("b") == 2  # then a has no more to give


def test_the_end_is_where_a_domain_ends():
    got = [name for name, _ in mix({"a": ["x"] * 100, "b": ["y"] * 3}, {"a": 1, "b": 1})]
    assert got == ["a", "b"] * 3 + ["a"]


def test_documents_are_read_one_at_a_time():
    taken = []

    def endless() -> Iterator[str]:
        for i in itertools.count():
            taken.append(i)
            yield "x"

    got = mix({"a": endless(), "b": endless(), "c": ["never"]}, {"a": 1, "b": 2, "c": 0})
    assert len(list(itertools.islice(got, 30))) == 30
    assert len(taken) == 30


@pytest.mark.parametrize(
    ("domains", "weights", "repeats", "message"),
    [
        ({"a": ["x"]}, {"b": 1}, 1, "Give each domain a weight"),
        ({"a": ["x"]}, {"a": 0}, 1, "no proportions"),
        ({"a": ["x"], "b": ["x"]}, {"a": 2, "b": -1}, 1, "no proportions"),
        ({"a": ["x"]}, {"a": 1}, 0, "Give repeats of 1"),
        ({"a": iter(["x"])}, {"a": 1}, 2, "read only once"),
        ({"a": []}, {"a": 1}, 1, "holds no text"),
        ({"a": ["", ""]}, {"a": 1}, 1, "holds no text"),
    ],
)
def test_what_cannot_be_mixed(domains, weights, repeats, message):
    with pytest.raises(UserError, match=message):
        list(mix(domains, weights, repeats))
