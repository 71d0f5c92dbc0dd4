"""What the figure of the merges hands to its module."""

import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, BPETokenizer
from llmcourse.widgets.merge_steps import MOST_MERGES, MergeSteps


def test_bytes_and_merges_in_the_order_of_learning():
    tokenizer = BPETokenizer.train("hug hugs pug", 259)
    values = MergeSteps(tokenizer, "hugs").values
    assert values["text"] == "hugs"
    assert values["bytes"] == list(range(256))
    assert values["merges"] == [[117, 103, 256], [104, 256, 257]]


def test_ids_need_not_be_those_of_our_own_training():
    tokens = {bytes([255 - byte]): byte for byte in range(256)} | {b"ab": 300, b"abc": 310}
    values = MergeSteps(BPETokenizer(tokens, special_tokens={})).values
    a, b, c = (255 - ord(letter) for letter in "abc")
    assert values["bytes"] == list(range(255, -1, -1))
    assert values["merges"] == [[a, b, 300], [300, c, 310]]


def test_the_running_example_stands_there_at_first():
    figure = MergeSteps(BPETokenizer.train("river", 259))
    assert figure.values["text"] == "The bank by the river had no money"
    assert '"The bank by the river had no money"' in figure.html()


def test_the_largest_table_fits_into_a_page():
    texts = load_corpus("austen", "validation")["text"]
    figure = MergeSteps(BPETokenizer.train(texts, 257 + MOST_MERGES))
    assert len(figure.values["merges"]) == MOST_MERGES


def test_a_table_that_is_too_large():
    tokens = {bytes([byte]): byte for byte in range(256)}
    more = {bytes([i % 256, i // 256]): 256 + i for i in range(MOST_MERGES + 1)}
    with pytest.raises(UserError, match=r"8,193 merges is too large.*8,192 merges or fewer"):
        MergeSteps(BPETokenizer(tokens | more, special_tokens={}))


def test_a_tokenizer_with_another_pattern():
    tokenizer = BPETokenizer.train("the river", 260, pattern=GPT2_PATTERN)
    with pytest.raises(UserError, match="by another"):
        MergeSteps(tokenizer)
