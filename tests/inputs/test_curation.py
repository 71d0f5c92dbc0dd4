"""The pipeline: what it counts, that it streams, and what the whole of it finds in a crawl."""

import itertools
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest

from llmcourse.errors import UserError
from llmcourse.inputs.curation import Curation, Drop, at_least, not_seen, precision_recall, unless
from llmcourse.inputs.duplicates import ExactDuplicates, NearDuplicates
from llmcourse.inputs.language import LanguageIdentifier
from llmcourse.inputs.minhash import MinHash
from llmcourse.inputs.personal import find_personal, replace_personal
from llmcourse.inputs.quality import Rules
from llmcourse.inputs.safety import find_insults, is_unsafe
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.tongues import PROSE


@pytest.fixture(scope="module")
def pages():
    return Riverbank().dirty(600, seed=11)


@pytest.fixture(scope="module")
def language():
    return LanguageIdentifier.train(PROSE.items()).language


def whole(language) -> Curation:
    """The stages of the book's page, without the classifier."""
    return Curation(
        {
            "equal": not_seen(ExactDuplicates().seen, "equal"),
            "language": unless(lambda text: None if language(text) == "en" else "not English"),
            "rules": unless(Rules(min_words=8, min_stop_words=0).reason),
            "safety": unless(lambda text: "insult" if find_insults(text) else None),
            "fraud": unless(lambda text: "fraud" if is_unsafe(text) else None),
            "near": not_seen(NearDuplicates(0.8).seen, "near"),
            "personal": replace_personal,
        }
    )


def test_a_document_goes_through_the_stages_in_order_until_one_drops_it():
    seen: list[tuple[str, str]] = []

    def stage(name: str, word: str):
        def judged(text: str) -> str | Drop:
            seen.append((name, text))
            return Drop(f"says {word}") if word in text else text.upper()

        return judged

    curation = Curation({"first": stage("first", "a"), "second": stage("second", "B")})
    judged = list(curation.judge(["xa", "xb", "xc"]))
    assert [tuple(one) for one in judged] == [
        ("xa", "first", "says a"),
        ("XB", "second", "says B"),
        ("XC", None, None),
    ]
    assert seen[:1] == [("first", "xa")]
    assert seen[1:3] == [("first", "xb"), ("second", "XB")]
    assert seen[3:] == [("first", "xc"), ("second", "XC")]
    first, second = curation.passages.values()
    assert (first.came, first.changed, first.left) == (3, 2, 2)
    assert (second.came, second.changed, second.left) == (2, 0, 1)
    assert first.dropped == Counter({"says a": 1})


def test_the_three_ways_to_make_a_stage():
    assert not_seen({"x": 3}.get, "again")("x") == Drop("again")
    assert not_seen({"x": 0}.get, "again")("x") == Drop("again")  # the document with number 0
    assert not_seen({"x": 3}.get, "again")("y") == "y"
    assert unless({"x": "bad"}.get)("x") == Drop("bad")
    assert unless({"x": "bad"}.get)("y") == "y"
    assert at_least(2, len, "short")("x") == Drop("short")
    assert at_least(2, len, "short")("xy") == "xy"


def test_documents_are_taken_one_at_a_time():
    taken = []

    def endless() -> Iterator[str]:
        for number in itertools.count():
            taken.append(number)
            yield f"page {number}"

    kept = Curation({"equal": not_seen(ExactDuplicates().seen, "equal")}).run(endless())
    assert list(itertools.islice(kept, 5)) == [f"page {number}" for number in range(5)]
    assert len(taken) == 5


def test_memory_does_not_grow_with_the_corpus(language):
    """Each document is gone when the next comes; a few hundred bytes of it are remembered."""
    page = "the old mill stood by the river and it had no money. " * 1_000

    def room(count: int) -> tuple[int, int]:
        curation = Curation(
            {
                "equal": not_seen(ExactDuplicates().seen, "equal"),
                "language": unless(lambda text: None if language(text) == "en" else "foreign"),
                "near": not_seen(NearDuplicates(1.0, MinHash(16), "signature").seen, "near"),
            }
        )
        tracemalloc.start()
        for _ in curation.run(f"{number} {page}" for number in range(count)):
            pass
        now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return now, most

    room(2)  # what is made once
    (_, most_of_few), (now, most) = room(5), room(40)
    assert now < 2 * len(page)
    assert most < most_of_few + 2 * len(page)


def test_the_language_of_pages_is_told(pages, language):
    right = sum(language(page.text) == page.language for page in pages)
    assert right / len(pages) >= 0.97


def test_near_duplicates_are_found_and_no_others(pages):
    near = NearDuplicates(0.8)
    found = {i for i, page in enumerate(pages) if near.seen(page.text) is not None}
    true = {i for i, page in enumerate(pages) if page.labels & {"copy", "near-copy"}}
    assert min(precision_recall(found, true)) >= 0.95


def test_personal_data_are_found_and_no_others(pages):
    found = {(i, *one) for i, page in enumerate(pages) for one in find_personal(page.text)}
    true = {(i, *one) for i, page in enumerate(pages) for one in page.spans}
    assert min(precision_recall(found, true)) >= 0.98


def test_the_whole_pipeline_keeps_what_is_clean(pages, language):
    curation = whole(language)
    judged = list(curation.judge(page.text for page in pages))
    assert len(judged) == len(pages)
    kept = {i for i, one in enumerate(judged) if one.stage is None}
    # Personal data are no reason to drop a page: they are masked.
    clean = {i for i, page in enumerate(pages) if page.labels <= {"personal"}}
    precision, recall = precision_recall(kept, clean)
    assert precision >= 0.95
    assert recall >= 0.95
    assert not any(find_personal(judged[i].text) for i in kept)
    assert curation.passages["personal"].changed == sum(bool(pages[i].spans) for i in kept)
    stages = list(curation.passages.values())
    assert [stage.came for stage in stages[1:]] == [stage.left for stage in stages[:-1]]
    assert stages[-1].left == len(kept)


def test_precision_and_recall():
    assert precision_recall({1, 2, 3, 4}, {3, 4, 5}) == (1 / 2, 2 / 3)
    assert precision_recall(set(), {1}) == (1, 0)
    assert precision_recall({1}, set()) == (0, 1)


def test_what_cannot_be_curated():
    with pytest.raises(UserError, match="has no stage"):
        Curation({})
    curation = Curation({"any": str.strip})
    with pytest.raises(UserError, match="The corpus is empty"):
        list(curation.run([]))
    with pytest.raises(UserError, match=r"Document 1 is dict.*dataset\['text'\]"):
        list(curation.run(iter(["a", {"text": "b"}])))
