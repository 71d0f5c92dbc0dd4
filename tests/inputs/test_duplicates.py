"""Which documents were there before: against brute force over all pairs, and the town's labels."""

import itertools
import tracemalloc

import datasketch
import networkx
import pytest

from llmcourse.errors import UserError
from llmcourse.inputs.curation import precision_recall
from llmcourse.inputs.duplicates import (
    ExactDuplicates,
    NearDuplicates,
    clusters,
    root,
    rows_for,
    s_curve,
)
from llmcourse.inputs.minhash import MinHash, jaccard, shingles
from llmcourse.riverbank import Riverbank


@pytest.fixture(scope="module")
def pages():
    return Riverbank().dirty(500, seed=7)


@pytest.fixture(scope="module")
def linked(pages) -> set[tuple[int, int]]:
    """All pairs at 0.8 or above, each with each."""
    sets = [shingles(page.text) for page in pages]
    pairs = itertools.combinations(range(len(sets)), 2)
    return {(i, j) for i, j in pairs if sets[i] & sets[j] and jaccard(sets[i], sets[j]) >= 0.8}


def test_the_curve_is_that_of_the_formula_and_of_datasketch():
    from datasketch.lsh import _false_positive_probability

    assert s_curve(0, 20, 5) == 0
    assert s_curve(1, 20, 5) == 1
    assert s_curve(0.8, 20, 5) == pytest.approx(1 - (1 - 0.32768) ** 20)
    mean = sum(s_curve(0.8 * (i + 0.5) / 1000, 20, 5) for i in range(1000)) / 1000
    assert 0.8 * mean == pytest.approx(_false_positive_probability(0.8, 20, 5), abs=1e-3)


def test_bands_are_as_long_as_the_recall_allows():
    for n, threshold in ((128, 0.8), (128, 0.5), (64, 0.9), (1, 0.5)):
        rows = rows_for(n, threshold)
        assert rows == 1 or s_curve(threshold, n // rows, rows) >= 0.99
        assert all(s_curve(threshold, n // r, r) < 0.99 for r in range(rows + 1, n + 1))


def test_equal_documents(pages):
    exact = ExactDuplicates()
    seen = [exact.seen(page.text) for page in pages]
    assert seen == [page.copy_of if "copy" in page.labels else None for page in pages]


def test_near_documents_are_those_of_brute_force(pages, linked):
    near = NearDuplicates(0.8)
    found = {(i, j) for j, page in enumerate(pages) for i in near.all_near(page.text)}
    precision, recall = precision_recall(found, linked)
    assert precision == 1
    assert recall >= 0.99
    assert near.compared < len(pages)  # not 124,750


def test_near_documents_are_those_that_the_town_edited(pages):
    true = {i for i, page in enumerate(pages) if page.labels & {"copy", "near-copy"}}
    for check, n, least in (("shingles", 128, 0.99), ("signature", 1024, 0.95)):
        near = NearDuplicates(0.8, MinHash(n), check)
        found = {i for i, page in enumerate(pages) if near.seen(page.text) is not None}
        assert min(precision_recall(found, true)) >= least, check


def test_datasketch_finds_as_much(pages, linked):
    index = datasketch.MinHashLSH(params=(21, 6), num_perm=128)
    found = set()
    for number, page in enumerate(pages):
        peer = datasketch.MinHash(128)
        peer.update_batch([one.encode() for one in shingles(page.text)])
        found |= {(other, number) for other in index.query(peer)}
        index.insert(number, peer)
    near = NearDuplicates(0.8)
    for page in pages:
        near.all_near(page.text)
    assert found >= linked
    assert near.compared == pytest.approx(len(found), rel=0.25)


def test_groups_are_the_components_of_the_graph(pages, linked):
    graph = networkx.Graph(linked)
    expected = sorted(map(sorted, networkx.connected_components(graph)))
    assert clusters(page.text for page in pages) == expected


def test_a_long_chain_of_parents_gets_short():
    parent = [0, *range(99)]  # each points to the one before
    assert root(parent, 99) == 0
    assert parent[99] == 97
    assert root(parent, 99) == 0
    assert parent[99] == 95


def test_what_is_near_is_not_remembered():
    a, b, c = "a b c d e f", "a b c d e g", "b c d e g h"  # 3 of 5 each, but a and c 2 of 6
    near = NearDuplicates(0.6)
    assert [near.seen(text) for text in (a, b, c)] == [None, 0, None]
    assert clusters([a, b, c], 0.6) == [[0, 1, 2]]


def test_a_text_between_two_others_is_near_to_the_first_and_links_both():
    a, b, c = "a b c d e f", "a b c d e g", "b c d e g h"
    near = NearDuplicates(0.6)
    assert [near.seen(text) for text in (a, c, b)] == [None, None, 0]
    assert clusters([a, c, b], 0.6) == [[0, 1, 2]]


def test_texts_without_words_are_the_same():
    near = NearDuplicates()
    assert [near.seen(text) for text in ("", "a", " \n")] == [None, None, 0]


def test_a_signature_takes_no_more_room_for_a_longer_text():
    minhash = MinHash(16)

    def room(words: int) -> int:
        near = NearDuplicates(0.8, minhash, "signature")
        tracemalloc.start()
        for number in range(20):
            near.seen(" ".join(f"{(number * 7919 + i) % 997}" for i in range(words)))
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    room(1000)  # fills the memory of words
    assert room(4000) < 1.2 * room(1000)


@pytest.mark.parametrize("threshold", [0.0, -1.0, 1.1])
def test_a_threshold_that_is_no_similarity(threshold):
    with pytest.raises(UserError, match="Give a threshold above 0"):
        NearDuplicates(threshold)
