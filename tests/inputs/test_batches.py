"""Batches against transformers' own collators, and against each document alone in the network."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.inputs.batches import IGNORED, Batch, overlapping, pack, pad, row_plan
from llmcourse.network import GPT, POSITIONS, Config

FILL = 0
documents_ = st.lists(st.lists(st.integers(1, 99), min_size=1, max_size=12), min_size=1, max_size=9)


def documents_of(batch: Batch) -> list[list[int]]:
    """The documents as they can be read out of the rows, row by row."""
    return [
        ids[numbers == number].tolist()
        for ids, numbers in zip(batch.ids, batch.documents, strict=True)
        for number in range(1, int(numbers.max()) + 1)
    ]


def test_the_worked_example_of_padding():
    right, left = pad([[5, 6, 7], [8, 9]], fill=0), pad([[5, 6, 7], [8, 9]], fill=0, side="left")
    assert right.ids.tolist() == [[5, 6, 7], [8, 9, 0]]
    assert left.ids.tolist() == [[5, 6, 7], [0, 8, 9]]
    assert right.mask.tolist() == [[True, True, True], [True, True, False]]
    assert left.mask.tolist() == [[True, True, True], [False, True, True]]
    assert left.positions.tolist() == [[0, 1, 2], [0, 0, 1]]
    assert right.labels.tolist() == [[6, 7, -100], [9, -100, -100]]
    assert left.labels.tolist() == [[6, 7, -100], [-100, 9, -100]]
    assert right.waste == pytest.approx(1 / 6)


def test_the_worked_example_of_packing():
    batch = pack([[5, 6], [7, 8], [9, 9, 9]], context=5, fill=0)
    assert batch.ids.tolist() == [[9, 9, 9, 5, 6], [7, 8, 0, 0, 0]]
    assert batch.positions.tolist() == [[0, 1, 2, 0, 1], [0, 1, 0, 0, 0]]
    assert batch.labels.tolist() == [[9, 9, -100, 6, -100], [8, -100, -100, -100, -100]]
    assert batch.documents.tolist() == [[1, 1, 1, 2, 2], [1, 1, 0, 0, 0]]
    assert batch.visible()[0].int().tolist() == [
        [1, 1, 1, 0, 0],
        [1, 1, 1, 0, 0],
        [1, 1, 1, 0, 0],
        [0, 0, 0, 1, 1],
        [0, 0, 0, 1, 1],
    ]
    assert batch.visible()[1].sum() == 4  # what only fills the row sees nothing, nor is it seen


@settings(deadline=None)  # the first example loads transformers
@given(documents_, st.sampled_from(["left", "right"]))
def test_padding_is_that_of_transformers(documents, side):
    tokenizer = a_tokenizer_of_transformers()
    tokenizer.padding_side = side
    theirs = tokenizer.pad({"input_ids": documents}, return_tensors="pt")
    ours = pad(documents, fill=FILL, side=side)
    assert torch.equal(ours.ids, theirs["input_ids"])
    assert torch.equal(ours.mask, theirs["attention_mask"].bool())


@settings(deadline=None)  # the first example loads transformers
@given(documents_)
def test_labels_are_those_of_transformers_one_place_earlier(documents):
    from transformers import DataCollatorForLanguageModeling

    collator = DataCollatorForLanguageModeling(a_tokenizer_of_transformers(), mlm=False)
    theirs = collator([{"input_ids": document} for document in documents])["labels"]
    assert torch.equal(pad(documents, fill=FILL).labels[:, :-1], theirs[:, 1:])


@settings(deadline=None)  # the first example loads transformers
@given(documents_)
def test_one_packed_row_is_that_of_transformers(documents):
    from transformers import DataCollatorWithFlattening

    theirs = DataCollatorWithFlattening()([{"input_ids": document} for document in documents])
    ours = pack(documents, context=sum(map(len, documents)), fill=FILL, way="next")
    assert torch.equal(ours.ids, theirs["input_ids"])
    assert torch.equal(ours.positions, theirs["position_ids"])
    assert torch.equal(ours.labels[:, :-1], theirs["labels"][:, 1:])


@given(documents_, st.integers(12, 30), st.sampled_from(["next", "best"]))
def test_a_packed_batch_holds_every_document_once_and_whole(documents, context, way):
    batch = pack(documents, context=context, fill=FILL, way=way)
    assert sorted(documents_of(batch)) == sorted(documents)
    if way == "next":
        assert documents_of(batch) == documents
    assert batch.ids.shape[1] == context
    assert torch.equal(batch.mask, batch.documents > 0)
    assert batch.waste == pytest.approx(1 - sum(map(len, documents)) / batch.ids.numel(), abs=1e-6)


@given(documents_, st.integers(12, 30))
def test_labels_are_what_follows_in_the_same_document(documents, context):
    batch = pack(documents, context=context, fill=FILL)
    for row in range(len(batch.ids)):
        for t in range(context):
            same = t + 1 < context and batch.documents[row, t] == batch.documents[row, t + 1] > 0
            follows = batch.ids[row, t + 1] if same else IGNORED
            assert batch.labels[row, t] == follows


@given(st.lists(st.integers(1, 20), min_size=1, max_size=30))
def test_no_two_rows_of_the_best_way_could_be_one(lengths):
    rows = row_plan(lengths, 20)
    assert sorted(i for row in rows for i in row) == list(range(len(lengths)))
    assert all(sum(lengths[i] for i in row) <= 20 for row in rows)
    fullest = [sum(lengths[i] for i in row) for row in rows]
    assert all(a + b > 20 for k, a in enumerate(fullest) for b in fullest[:k])


def test_the_best_way_takes_the_fullest_row_that_has_room():
    assert row_plan([5, 7, 3, 3], 10) == [[1, 2], [0, 3]]
    assert row_plan([6, 7, 3], 10) == [[1, 2], [0]]  # 3 fills the 7 up; the 6 had room too
    assert row_plan([3, 3, 2, 2], 5, "next") == [[0], [1, 2], [3]]


@pytest.mark.parametrize("position", [name for name in POSITIONS if name != "none"])
@pytest.mark.parametrize("window", [0, 3])
def test_attention_does_not_cross_into_another_document(position, window):
    network = a_network(position, window)
    documents = [[1, 2, 3, 4, 5], [6, 7, 8], [9, 10, 11, 12], [13]]
    batch = pack(documents, context=8, fill=FILL)
    logits = network(batch.ids, mask=batch.visible(), positions=batch.positions)
    for row in range(len(batch.ids)):
        for number in range(1, int(batch.documents[row].max()) + 1):
            here = batch.documents[row] == number
            alone = network(batch.ids[row, here][None])[0]
            torch.testing.assert_close(logits[row, here], alone, atol=2e-5, rtol=0)


def test_without_boundaries_documents_read_their_neighbours():
    network = a_network("rope", 0)
    batch = pack([[1, 2, 3], [6, 7, 8]], context=6, fill=FILL, way="next")
    alone = network(torch.tensor([[6, 7, 8]]))[0]
    assert (network(batch.ids)[0, 3:] - alone).abs().max() > 0.01
    of_distance_only = network(batch.ids, mask=batch.visible())[0, 3:]
    torch.testing.assert_close(of_distance_only, alone, atol=2e-5, rtol=0)  # RoPE turns with it
    learned = a_network("learned", 0)
    alone = learned(torch.tensor([[6, 7, 8]]))[0]
    run_on = learned(batch.ids, mask=batch.visible())[0, 3:]
    assert (run_on - alone).abs().max() > 0.01  # positions that run on across documents


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("position", [name for name in POSITIONS if name != "none"])
def test_padding_changes_no_logit(side, position):
    network = a_network(position, 0)
    batch = pad([[1, 2, 3, 4, 5], [6, 7]], fill=FILL, side=side)
    logits = network(batch.ids, mask=batch.mask, positions=batch.positions)
    alone = network(torch.tensor([[6, 7]]))[0]
    torch.testing.assert_close(logits[1, batch.mask[1]], alone, atol=2e-5, rtol=0)


@given(st.lists(st.integers(1, 99), min_size=1, max_size=40), st.integers(2, 9))
def test_every_pair_of_neighbours_is_in_one_piece(ids, context):
    pieces = overlapping(ids, context)
    assert all(1 <= len(piece) <= context for piece in pieces)
    assert all(len(piece) == context for piece in pieces[:-1])
    assert pieces[0] + [i for piece in pieces[1:] for i in piece[1:]] == ids
    assert all(len(piece) > 1 for piece in pieces[1:])


def test_truncation_takes_the_side_that_is_named():
    documents = [[1, 2, 3, 4, 5], [6, 7]]
    ends = pad(documents, fill=0, context=3, truncate="right")
    starts = pad(documents, fill=0, context=3, truncate="left")
    assert ends.ids.tolist() == [[1, 2, 3], [6, 7, 0]]
    assert starts.ids.tolist() == [[3, 4, 5], [6, 7, 0]]
    assert pad(documents, fill=0, context=9, truncate="left").ids.shape == (2, 5)


def test_only_the_answer_is_learned():
    documents = [[1, 2, 8, 9], [3, 4, 5, 7]]  # two prompts, of two tokens and of three
    learned = [[False, False, True, True], [False, False, False, True]]
    batch = pad(documents, fill=0, learned=learned)
    assert batch.labels.tolist() == [[-100, 8, 9, -100], [-100, -100, 7, -100]]
    assert pack(documents, context=8, fill=0, learned=learned, way="next").labels.tolist() == [
        [-100, 8, 9, -100, -100, -100, 7, -100]
    ]
    kept = pad(documents, fill=0, learned=learned, context=2, truncate="left")
    assert kept.labels.tolist() == [[9, -100], [7, -100]]
    cut = pad(documents, fill=0, learned=learned, context=2, truncate="right")
    assert cut.labels.eq(IGNORED).all()


def test_a_document_that_is_too_long():
    with pytest.raises(UserError, match=r"Document 1 has 4 tokens, more than the context of 3\."):
        pad([[1], [1, 2, 3, 4]], fill=0, context=3)
    with pytest.raises(UserError, match=r"Document 0 has 4 tokens.*overlapping"):
        pack([[1, 2, 3, 4]], context=3, fill=0)


def test_nothing_to_make_a_batch_of():
    with pytest.raises(UserError, match="no document"):
        pad([], fill=0)
    with pytest.raises(UserError, match="Document 1 has no tokens"):
        pack([[1], []], context=3, fill=0)
    with pytest.raises(UserError, match="A context of 1"):
        overlapping([1, 2], 1)
    with pytest.raises(UserError, match="one value for each token"):
        pad([[1, 2]], fill=0, learned=[[True]])


def a_network(position: str, window: int) -> GPT:
    torch.manual_seed(0)
    network = GPT(
        Config(vocab_size=32, n_embd=16, n_head=2, block_size=16, position=position, window=window)
    ).eval()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network.requires_grad_(False)


def a_tokenizer_of_transformers():
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast

    words = {"[PAD]": FILL} | {str(i): i for i in range(1, 100)}
    words = Tokenizer(WordLevel(words, unk_token="[PAD]"))
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]")
