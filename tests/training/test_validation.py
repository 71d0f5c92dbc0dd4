import math

import numpy as np
import pytest
import torch
from torch import nn

from llmcourse.errors import UserError
from llmcourse.network import GPT, Config
from llmcourse.training import TextLoss, document_loss, validation, window_loss

END, V = 0, 13


@pytest.fixture
def model() -> GPT:
    torch.manual_seed(0)
    model = GPT(Config(vocab_size=V, n_layer=1, n_head=2, n_embd=8, block_size=32))
    for p in model.parameters():
        nn.init.normal_(p, std=0.5)
    return model


@pytest.fixture
def documents() -> list[list[int]]:
    chance = np.random.default_rng(0)
    return [chance.integers(1, V, length).tolist() for length in (5, 0, 31, 1, 12, 7)]


def stream(documents: list[list[int]]) -> np.ndarray:
    return np.array([END, *(i for text in documents for i in [*text, END])], np.uint16)


def surprise(model: GPT, ids: list[int]) -> float:
    """-log p of all `ids` but the first, one token after the other."""
    nats = 0.0
    for i in range(1, len(ids)):
        logits = model(torch.tensor([ids[:i]]))[0, -1].double()
        nats -= logits.log_softmax(0)[ids[i]].item()
    return nats


def test_each_document_is_scored_whole_and_alone(model, documents):
    found = document_loss(model, stream(documents), end=END, length=32)
    expected = [surprise(model, [END, *text, END]) for text in documents]
    np.testing.assert_allclose(found.rows, expected, rtol=1e-5)
    assert found.tokens == sum(map(len, documents)) + len(documents)
    assert found.per_token == pytest.approx(sum(expected) / found.tokens)


def test_a_long_document_is_one_row_of_several_pieces(model, documents):
    found = document_loss(model, stream(documents), end=END, length=10)
    long = [END, *documents[2], END]
    pieces = [long[0:11], long[10:21], long[20:31], long[30:41]]
    assert len(found.rows) == len(documents)
    assert found.rows[2] == pytest.approx(sum(surprise(model, piece) for piece in pieces), rel=1e-5)


def test_windows_cover_every_token_but_the_first(model):
    ids = np.random.default_rng(1).integers(0, V, 45).astype(np.uint16)
    found = window_loss(model, ids, length=20)
    expected = [surprise(model, ids[a:b].tolist()) for a, b in ((0, 21), (20, 41), (40, 45))]
    np.testing.assert_allclose(found.rows, expected, rtol=1e-5)
    assert found.tokens == 44


def test_batches_change_nothing(model, documents, monkeypatch):
    whole = document_loss(model, stream(documents), end=END, length=32)
    monkeypatch.setattr(validation, "BATCH_TOKENS", 1)
    single = document_loss(model, stream(documents), end=END, length=32)
    np.testing.assert_allclose(whole.rows, single.rows, rtol=1e-5)


def test_at_most_so_many_tokens(model, documents):
    ids = stream(documents)
    whole = document_loss(model, ids, end=END, length=32)
    some = document_loss(model, ids, end=END, length=32, at_most=10)
    assert some.tokens == 7  # of the first two; the third would make it 39
    np.testing.assert_allclose(some.rows, whole.rows[:2], rtol=1e-6)
    assert window_loss(model, ids, length=4, at_most=1).tokens == 4  # never nothing


def test_units():
    loss = TextLoss(np.array([math.log(4), math.log(64)]), tokens=4)
    assert loss.nats == pytest.approx(4 * math.log(4))
    assert loss.per_token == pytest.approx(math.log(4))
    assert loss.perplexity == pytest.approx(4)
    assert loss.bits_per_byte(bytes=2) == pytest.approx(4)


def test_distance_from_the_floor_and_its_error():
    loss = TextLoss(np.array([11.0, 23.0, 32.0, 44.0]), tokens=20)
    gap, error = loss.above(np.array([10.0, 20.0, 30.0, 40.0]))
    assert gap == pytest.approx(10 / 20)  # (1 + 3 + 2 + 4) nats over 20 tokens
    assert error == pytest.approx(np.std([1, 3, 2, 4], ddof=1) / 2 / 5)  # √4 rows of 5 tokens


def test_the_true_distribution_is_at_its_floor(model, documents):
    """A model judged by its own log-probabilities: no gap, and the error says how sure that is."""
    found = document_loss(model, stream(documents), end=END, length=32)
    gap, error = found.above(found.rows)
    assert gap == error == 0


def test_no_text(model):
    with pytest.raises(UserError, match="no text"):
        window_loss(model, np.array([3], np.uint16), length=4)
