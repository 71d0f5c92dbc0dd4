import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.training import IGNORED, Documents, Windows
from llmcourse.training.batches import padded, row_spans

END = 0


def stream(lengths: list[int]) -> np.ndarray:
    """Documents of so many tokens between ends of text; every token but the end is another one."""
    ids, next_id = [END], 1
    for length in lengths:
        ids += [*range(next_id, next_id + length), END]
        next_id += length
    return np.array(ids, np.uint32)


@settings(deadline=None, max_examples=50)
@given(st.integers(40, 300), st.integers(1, 17), st.integers(1, 7))
def test_windows_of_an_epoch_use_each_token_at_most_once(size, length, rows):
    windows = Windows(np.arange(size, dtype=np.uint16), length=length, rows=rows, seed=3)
    steps = windows.windows // rows
    assume(steps)
    seen = torch.cat([windows.batch(step)[0] for step in range(steps)]).flatten()
    assert len(seen.unique()) == len(seen)
    assert len(seen) > size - 2 * length - rows * length  # but for the seams and a last part
    for step in range(steps):
        inputs, targets = windows.batch(step)
        assert inputs.shape == targets.shape == (rows, length)
        assert torch.equal(inputs + 1, targets)


def test_epochs_of_windows_differ_in_order_and_seams():
    windows = Windows(np.arange(1000, dtype=np.uint16), length=10, rows=99, seed=0)
    first, second = windows.batch(0)[0], windows.batch(1)[0]
    assert len(first[:, 0].unique()) == len(second[:, 0].unique()) == 99
    assert set(first[:, 0].tolist()) != set(second[:, 0].tolist())
    assert (first[:, 0].diff() < 0).any()


def test_a_batch_may_be_larger_than_the_corpus():
    windows = Windows(np.arange(50, dtype=np.uint16), length=10, rows=20, seed=0)
    assert windows.batch(3)[0].shape == (20, 10)


@pytest.mark.parametrize("size", [5, 19])
def test_a_corpus_shorter_than_the_context(size):
    with pytest.raises(UserError, match=rf"{size} tokens, too few for a context of 10"):
        Windows(np.arange(size, dtype=np.uint16), length=10, rows=1, seed=0)
    Windows(np.arange(20, dtype=np.uint16), length=10, rows=1, seed=0).batch(7)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), st.integers(1, 20))
def test_rows_of_documents_cover_every_target_once(lengths, length):
    ids = stream(lengths)
    spans = row_spans(ids, END, length)
    assert (spans[:, 1] - spans[:, 0]).max() <= length
    covered = np.concatenate([np.arange(start + 1, stop + 1) for start, stop in spans])
    assert np.array_equal(covered, np.arange(1, len(ids)))
    starts_document = ids[spans[:, 0]] == END
    assert starts_document.sum() == len(lengths)


def test_padding_is_never_a_target():
    inputs, targets = padded(stream([2, 4]), np.array([[0, 3], [3, 8]]))
    assert inputs.tolist() == [[END, 1, 2, 0, 0], [END, 3, 4, 5, 6]]
    assert targets.tolist() == [[1, 2, END, IGNORED, IGNORED], [3, 4, 5, 6, END]]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 30), min_size=3, max_size=80), st.integers(31, 100))
def test_an_epoch_of_documents_learns_every_token_once(lengths, tokens):
    documents = Documents(stream(lengths), end=END, length=31, tokens=tokens, seed=1)
    targets, step = [], 0
    while sum(map(len, targets)) < sum(lengths) + len(lengths):
        inputs, answers = documents.batch(step)
        assert inputs.numel() <= tokens
        assert inputs[:, 0].eq(END).all()
        targets.append(answers[answers != IGNORED].tolist())
        step += 1
    said = sorted(token for batch in targets for token in batch)
    assert said == [END] * len(lengths) + list(range(1, sum(lengths) + 1))


def test_documents_of_similar_length_go_together():
    lengths = np.random.default_rng(0).integers(5, 100, 2000).tolist()
    documents = Documents(stream(lengths), end=END, length=128, tokens=1000, seed=0)
    batches = [documents.batch(step) for step in range(50)]
    padding = sum((targets == IGNORED).sum().item() for _, targets in batches)
    assert padding < 0.05 * sum(targets.numel() for _, targets in batches)


@pytest.mark.parametrize("kind", ["windows", "documents"])
def test_step_and_seed_determine_the_batch(kind):
    ids = stream([7, 3, 9, 12, 5, 8] * 5)

    def made(seed: int) -> Windows | Documents:
        if kind == "windows":
            return Windows(ids, length=8, rows=4, seed=seed)
        return Documents(ids, end=END, length=16, tokens=40, seed=seed)

    in_order = made(1)
    before = [in_order.batch(step) for step in range(30)]
    for step in (29, 3, 17):
        for a, b in zip(made(1).batch(step), before[step], strict=True):
            assert torch.equal(a, b)
    assert not all(
        torch.equal(a, b)
        for a, b in zip(
            *([made(seed).batch(step)[0].flatten()[:8] for step in range(5)] for seed in (1, 2)),
            strict=True,
        )
    )
