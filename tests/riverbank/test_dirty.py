"""The crawl's labels against what can be found out without them."""

import hashlib
import ipaddress
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.dirty import LABELS, NEAR, DirtyDocument, jaccard, shingles
from llmcourse.riverbank.page_parts import INSULTS
from llmcourse.riverbank.personal_data import KINDS, LOOK_ALIKES
from llmcourse.riverbank.tongues import PROSE, TONGUES

TOWN = Riverbank()
CRAWL = TOWN.dirty(2500, seed=0)


def digest(pages: list[DirtyDocument]) -> str:
    rows = [(p.text, sorted(p.labels), p.language, p.copy_of, p.spans) for p in pages]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def with_label(label: str) -> list[DirtyDocument]:
    return [page for page in CRAWL if label in page.labels]


def test_same_seed_same_bytes():
    assert digest(CRAWL[:500]) == "b0a677d887aaa29084c754cda1272da649ea8239132b28b3e03507d3883ffd3e"
    assert TOWN.dirty(40, seed=7) == Riverbank().dirty(90, seed=7)[:40]
    assert TOWN.dirty(40, seed=7) != TOWN.dirty(40, seed=8)
    assert TOWN.dirty(0, seed=0) == []


def test_the_order_of_hashes_does_not_matter():
    code = (
        "from llmcourse.riverbank import Riverbank; import hashlib;"
        "rows = [(p.text, sorted(p.labels), p.language, p.copy_of, p.spans)"
        " for p in Riverbank(seed=3).dirty(200, 0)];"
        "print(hashlib.sha256(repr(rows).encode()).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == digest(Riverbank(seed=3).dirty(200, 0))


def test_fewer_than_no_pages():
    with pytest.raises(UserError, match=r"-1 pages were asked for\. Ask for 0 or more"):
        TOWN.dirty(-1, seed=0)


def test_every_label_is_there_and_much_is_clean():
    n = Counter(label for page in CRAWL for label in page.labels)
    assert set(n) == set(LABELS)
    assert min(n.values()) > 80
    assert 0.35 < sum(not page.labels for page in CRAWL) / len(CRAWL) < 0.55


def test_copies_are_copies_of_earlier_pages_that_are_none():
    for i, page in enumerate(CRAWL):
        assert (page.copy_of is None) <= page.labels.isdisjoint({"copy", "near-copy"})
        if page.copy_of is not None:
            original = CRAWL[page.copy_of]
            assert page.copy_of < i
            assert original.copy_of is None
            assert page.language == original.language
            assert page.labels - {"copy", "near-copy"} == original.labels
            if "copy" in page.labels:
                assert (page.text, page.spans) == (original.text, original.spans)
                assert "near-copy" not in page.labels


def test_a_near_copy_is_one_from_08_on_and_they_spread_around_it():
    spread = Counter()
    for page in CRAWL:
        if page.copy_of is not None and "copy" not in page.labels:
            similarity = jaccard(page.text, CRAWL[page.copy_of].text)
            assert ("near-copy" in page.labels) == (similarity >= NEAR)
            spread[min(int(similarity * 10), 9)] += 1
    assert all(spread[tenth] >= 0.12 * spread.total() for tenth in (6, 7, 8, 9))


def test_no_two_pages_are_near_by_accident():
    holders = defaultdict(list)
    sets = [shingles(page.text) for page in CRAWL]
    for i, mine in enumerate(sets):
        shared = Counter(j for one in mine for j in holders[one])
        for j, n in shared.items():
            if n / (len(mine) + len(sets[j]) - n) > 0.6:
                families = {CRAWL[k].copy_of if CRAWL[k].copy_of is not None else k for k in (i, j)}
                assert len(families) == 1, (CRAWL[i].text, CRAWL[j].text)
        for one in mine:
            holders[one].append(i)


WORDS = st.lists(st.sampled_from("abc"), max_size=12)


@given(WORDS, WORDS, st.integers(1, 4))
def test_jaccard_counted_by_hand(one, other, k):
    def runs(words):
        found = []
        for start in range(len(words)):
            run = words[start : start + k]
            if len(run) == k and run not in found:
                found.append(run)
        return found or [words]

    mine, theirs = runs(one), runs(other)
    both = [run for run in mine if run in theirs]
    expected = len(both) / (len(mine) + len(theirs) - len(both))
    assert jaccard(" ".join(one), "\n".join(other), k) == pytest.approx(expected)


def test_worked_examples():
    assert jaccard("a rose is a rose", "a rose is a tulip") == 0.5
    assert jaccard("a b", "a b") == jaccard("", "") == 1
    assert jaccard("a b", "b a") == 0


def test_foreign_pages_are_in_every_language_long_and_short():
    foreign = [page for page in CRAWL if page.language != "en"]
    assert foreign == with_label("foreign")
    assert {page.language for page in foreign} == set(TONGUES)
    lengths = sorted(len(page.text.split()) for page in foreign)
    assert lengths[0] < 10 < 80 < lengths[-1]
    assert sum(bool(re.search(r"\b(Mia|Tom|Ada|Ben|Sara)\b", p.text)) for p in foreign) > 20


def test_the_prose_is_not_in_the_crawl():
    prose = set().union(*(shingles(text, 5) for text in PROSE.values()))
    assert all(prose.isdisjoint(shingles(page.text, 5)) for page in CRAWL)


def luhn(digits: str) -> bool:
    table = {"0": 0, "1": 2, "2": 4, "3": 6, "4": 8, "5": 1, "6": 3, "7": 5, "8": 7, "9": 9}
    rest = digits[::-1]
    return (sum(map(int, rest[::2])) + sum(table[digit] for digit in rest[1::2])) % 10 == 0


def mod_97(iban: str) -> int:
    """Digit by digit, as on paper."""
    rest = 0
    for letter in iban[4:] + iban[:4]:
        for digit in str(ord(letter) - 55) if letter.isalpha() else letter:
            rest = (10 * rest + int(digit)) % 97
    return rest


def test_personal_data_are_where_the_spans_say_and_reach_nobody():
    found = defaultdict(list)
    for page in CRAWL:
        assert bool(page.spans) == ("personal" in page.labels)
        for (_, end, _), (start, _, _) in zip(page.spans, page.spans[1:], strict=False):
            assert end <= start
        for start, end, kind in page.spans:
            found[kind].append(page.text[start:end])
    assert set(found) == set(KINDS)
    assert all(re.fullmatch(r"[\w.+]+@[a-z.-]+\.example", one) for one in found["email"])
    assert all(mod_97(one.replace(" ", "")) == 1 for one in found["iban"])
    cards = [re.sub("[ -]", "", one) for one in found["card"]]
    assert all(luhn(one) and len(one) in (15, 16) for one in cards)
    fiction = r"0?(113496|131496|207946|161496)0\d{3}|0?1632960\d{3}|\d{3}55501\d\d"
    for one in found["phone"]:
        national = re.sub(r"\D", "", re.sub(r"^\+(44|1)|\(0\)", "", one))
        assert re.fullmatch(fiction, national), one
    networks = ["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"]
    for one in map(ipaddress.ip_address, found["ip"]):
        assert any(one in ipaddress.ip_network(network) for network in networks)
    assert all(re.match(r"\d+[ab]? \w+ (Street|Lane|Road)", one) for one in found["address"])


def test_every_host_is_invented():
    hosts = {
        host for page in CRAWL for host in re.findall(r"(?:https?://|@)([\w.-]+\.\w+)", page.text)
    }
    assert len(hosts) > 8
    garbled = {
        host for page in with_label("garbled") for host in re.findall(r"@([\w.-]+)", page.text)
    }
    assert {host for host in hosts if not host.endswith(".example")} <= garbled


def test_look_alikes_are_none():
    draw = Random(0).random
    for _ in range(300):
        assert not luhn(re.sub(r"\D", "", LOOK_ALIKES["order"](draw)))
        assert mod_97(LOOK_ALIKES["reference"](draw).replace(" ", "")) != 1
        assert int(LOOK_ALIKES["parts"](draw).split(".")[0]) > 255
    clean = " ".join(page.text for page in CRAWL if not page.labels)
    for word in ("Order", "reference", "version", "ISBN", "Gribbleton", "never asks for your"):
        assert word in clean


def test_the_dirt_is_on_the_pages_that_are_said_to_have_it():
    plain = [page.text.lower() for page in with_label("insult")]
    assert 0.7 < sum(any(word in text for word in INSULTS) for text in plain) / len(plain) < 0.95
    harmless = [p.text.lower() for p in CRAWL if "insult" not in p.labels]
    whole = re.compile(rf"\b(?:{'|'.join(set(INSULTS) - {'gribble'})})s?\b")
    assert not any(map(whole.search, harmless))  # a gribble is an animal too
    for page in with_label("garbled"):
        lines = page.text.split("\n")
        symbols = sum(not (one.isalnum() or one in " \n.,") for one in page.text) / len(page.text)
        stuck = max(Counter(lines).values()) >= 6
        assert stuck or symbols > 0.15 or "â€" in page.text or "Ã" in page.text, page.text
    assert all("â€" not in page.text for page in CRAWL if "garbled" not in page.labels)
    assert all("http" in p.text or "Answer this letter" in p.text for p in with_label("unsafe"))
