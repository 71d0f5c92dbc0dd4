"""A stream holds what its corpus holds, and goes on where it was interrupted."""

import json
import tracemalloc
from itertools import islice, pairwise

import datasets
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, GPT4_PATTERN, BPETokenizer
from llmcourse.inputs.batches import IGNORED
from llmcourse.inputs.patterns import word_finder
from llmcourse.inputs.streaming import LAST_SEAM, Stream, text_pieces

TEXTS = [f"{i} boats on the river" + ", and the bank" * (i % 9) for i in range(60)]


@pytest.fixture(scope="module")
def tokenizer() -> BPETokenizer:
    return BPETokenizer.train(TEXTS, 300)


def corpus(texts=TEXTS):
    """Rows as the hub streams them, in three shards."""
    return datasets.Dataset.from_dict({"text": texts}).to_iterable_dataset(num_shards=3)


def stream(tokenizer, documents=None, **options) -> Stream:
    options = {"context": 32, "rows": 4, "shuffle": 10, "seed": 1} | options
    documents = corpus() if documents is None else documents
    return Stream(documents, tokenizer, end=tokenizer.special_tokens["<|endoftext|>"], **options)


def followed(batches) -> list[tuple[int, int]]:
    """Every token of the batches with the one that it is to be followed by."""
    return sorted(
        pair
        for batch in batches
        for pair in zip(batch.ids.flatten().tolist(), batch.labels.flatten().tolist(), strict=True)
        if pair[1] != IGNORED
    )


def same(one, other) -> bool:
    return all(
        torch.equal(getattr(one, name), getattr(other, name))
        for name in ("ids", "mask", "positions", "labels", "documents")
    )


@pytest.mark.parametrize("shuffle", [1, 10, 1000])
@pytest.mark.parametrize("context", [8, 32, 400])
def test_each_pair_of_tokens_is_learned_once(tokenizer, shuffle, context):
    (end,) = tokenizer.special_tokens.values()
    documents = [[end, *tokenizer.encode(text), end] for text in TEXTS]
    batches = list(stream(tokenizer, shuffle=shuffle, context=context))
    pairs = sorted(pair for ids in documents for pair in pairwise(ids))
    assert followed(batches) == pairs
    assert {batch.ids.shape for batch in batches[:-1]} <= {(4, context)}
    assert batches[-1].ids.shape[1] == context


def test_a_buffer_of_one_keeps_the_order_and_a_larger_one_does_not(tokenizer):
    (end,) = tokenizer.special_tokens.values()

    def first_words(**options):
        ids = [
            i for batch in stream(tokenizer, context=400, **options) for i in batch.ids[batch.mask]
        ]
        return tokenizer.decode([int(i) for i in ids]).replace("<|endoftext|>", "\n").split("\n\n")

    kept = first_words(shuffle=1)
    assert [text.strip("\n") for text in kept] == TEXTS
    assert first_words(shuffle=10) != kept
    assert first_words(shuffle=10, seed=2) != first_words(shuffle=10)
    assert sorted(text.strip("\n") for text in first_words(shuffle=10)) == sorted(TEXTS)
    assert end == 299


@pytest.mark.parametrize("shuffle", [1, 7, 1000])
@pytest.mark.parametrize("done", [0, 1, 3, "all"])
def test_an_interrupted_stream_goes_on_to_the_same_batches(tokenizer, shuffle, done):
    whole = list(stream(tokenizer, shuffle=shuffle))
    assert len(whole) > 5
    first = stream(tokenizer, shuffle=shuffle)
    seen = list(first) if done == "all" else list(islice(first, done))
    state = json.dumps(first.state_dict())  # as it goes into a file, and the process ends
    second = stream(tokenizer, shuffle=shuffle)
    second.load_state_dict(json.loads(state))
    rest = list(second)
    assert len(seen) + len(rest) == len(whole)
    assert all(map(same, seen + rest, whole))


def test_a_state_stays_what_it_was_while_its_stream_goes_on(tokenizer):
    first = stream(tokenizer)
    next(first)
    state = first.state_dict()
    expected = list(first)
    second = stream(tokenizer)
    second.load_state_dict(state)
    assert all(map(same, second, expected))
    third = stream(tokenizer)
    third.load_state_dict(state)
    assert all(map(same, third, expected))


class Restarting:
    """A corpus that begins anew when it is told to go on behind its end."""

    def __iter__(self):
        return iter([{"text": text} for text in TEXTS])

    def state_dict(self):
        return {}

    def load_state_dict(self, state):
        assert state == {}


def test_a_stream_that_has_ended_stays_so(tokenizer):
    first = stream(tokenizer, Restarting())
    assert len(list(first)) > 5
    second = stream(tokenizer, Restarting())
    second.load_state_dict(first.state_dict())
    assert list(second) == []


def test_a_long_document_in_pieces_is_the_document(tokenizer, tmp_path):
    text = load_corpus("austen", "validation")["text"][0][:30_000].replace("\n\n", "\r\n\n")
    assert "\r\n" in text
    path = tmp_path / "novel.txt"
    path.write_text(text, encoding="utf-8", newline="")
    options = {"shuffle": 1, "context": 64}
    pieces = text_pieces(path, characters=700)
    assert len(list(pieces)) > 20
    assert "".join(row["text"] for row in pieces) == text
    whole = list(stream(tokenizer, corpus([text, "x", "y"]).take(1), **options))
    assert all(map(same, stream(tokenizer, pieces, **options), whole))
    first = stream(tokenizer, pieces, **options)
    seen = list(islice(first, 5))
    second = stream(tokenizer, text_pieces(path, characters=700), **options)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    assert all(map(same, seen + list(second), whole))


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            ["the", " ", " bank", "\n", "\r\n", "'s", " 1,234", ".", " é", "河", "  a"]
        ),
        max_size=60,
    ),
)
def test_words_do_not_reach_across_a_seam(parts):
    text = "".join(parts)
    for pattern in (GPT2_PATTERN, GPT4_PATTERN):
        find = word_finder(pattern)
        if seam := LAST_SEAM.match(text):
            assert find(text[: seam.end()]) + find(text[seam.end() :]) == find(text)


def test_a_text_without_seams_is_still_whole(tmp_path):
    path = tmp_path / "河.txt"
    path.write_text("河边的银行没有钱。" * 100, encoding="utf-8")
    rows = list(text_pieces(path, characters=70))
    assert "".join(row["text"] for row in rows) == "河边的银行没有钱。" * 100
    assert max(len(row["text"]) for row in rows) == 70
    assert [row["more"] for row in rows] == [True] * (len(rows) - 1) + [False]


def test_only_one_piece_of_a_large_file_is_held(tmp_path):
    path = tmp_path / "large.txt"
    with path.open("w") as file:
        for _ in range(50):
            file.write("the bank by the river " * 5000)  # 5 MB in all
    rows = iter(text_pieces(path, characters=50_000))
    read = len(next(rows)["text"])
    tracemalloc.start()
    assert read + sum(len(row["text"]) for row in rows) == 5_500_000
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 1_000_000


def test_texts_without_a_word_are_left_out(tokenizer):
    some = stream(tokenizer, corpus(["", "the bank", ""]), shuffle=1)
    (batch,) = some
    assert batch.documents.max() == 1
    assert list(stream(tokenizer, corpus(["", "", ""]))) == []


def test_a_file_that_is_not_utf8(tokenizer, tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes("Zürich".encode("latin1"))
    with pytest.raises(UserError, match=r"latin\.txt is not UTF-8: it holds the byte 0xfc"):
        list(stream(tokenizer, text_pieces(path)))
    with pytest.raises(UserError, match="There is no file"):
        text_pieces(tmp_path / "none.txt")


def test_what_is_no_stream(tokenizer):
    with pytest.raises(UserError, match=r"A Dataset can't say.*to_iterable_dataset"):
        stream(tokenizer, datasets.Dataset.from_dict({"text": ["a"]}))
    with pytest.raises(UserError, match=r"rows=0"):
        stream(tokenizer, rows=0)
    rows = corpus().rename_column("text", "story")
    with pytest.raises(UserError, match=r"no text, but story.*rename_column"):
        next(stream(tokenizer, rows))
