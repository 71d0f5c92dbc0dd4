"""What the figure of the three tokenizers hands to its module."""

import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, BPETokenizer
from llmcourse.inputs.unigram import UnigramTokenizer
from llmcourse.inputs.wordpiece import WordPieceTokenizer
from llmcourse.widgets.subword_splits import MOST_TOKENS, SubwordSplits

TEXT = "hug hugs pug"
BPE = BPETokenizer.train(TEXT, 259)
WORDPIECE = WordPieceTokenizer.train(TEXT, 10)
UNIGRAM = UnigramTokenizer.train(TEXT, 10)


def test_the_tables_of_the_three():
    values = SubwordSplits(BPE, WORDPIECE, UNIGRAM, "hugs").values
    assert values["text"] == "hugs"
    assert values["bpe"]["merges"] == [[117, 103, 256], [104, 256, 257]]
    assert values["wordpiece"]["pieces"] == list(WORDPIECE.tokens)
    assert (values["wordpiece"]["unknown"], values["unigram"]["unknown"]) == ("[UNK]", "<unk>")
    assert dict(values["unigram"]["pieces"]) == {p: UNIGRAM.scores[p] for p in UNIGRAM.tokens}


def test_the_largest_tables_fit_into_a_page():
    text = "\n".join(load_corpus("austen", "validation")["text"][:4])
    figure = SubwordSplits(
        BPETokenizer.train(text, MOST_TOKENS + 1),
        WordPieceTokenizer.train(text, MOST_TOKENS + 2),
        UnigramTokenizer.train(text[:60_000], MOST_TOKENS + 1),
    )
    assert len(figure.values["wordpiece"]["pieces"]) == MOST_TOKENS
    assert '"The bank by the river had no money"' in figure.html()


def test_a_table_that_is_too_large():
    pieces = {str(i): i + 1 for i in range(MOST_TOKENS + 1)}
    large = WordPieceTokenizer(pieces, special_tokens={"[UNK]": 0})
    with pytest.raises(UserError, match=r"WordPieceTokenizer of 3,001 tokens is too large"):
        SubwordSplits(BPE, large, UNIGRAM)


def test_pieces_with_a_space_inside():
    across = UnigramTokenizer({"<unk>": 0.0, "a▁b": -1.0}, special_tokens={"<unk>": 0})
    with pytest.raises(UserError, match="has a space inside"):
        SubwordSplits(BPE, WORDPIECE, across)


def test_a_bpe_with_another_pattern():
    other = BPETokenizer.train(TEXT, 259, pattern=GPT2_PATTERN)
    with pytest.raises(UserError, match="by another"):
        SubwordSplits(other, WORDPIECE, UNIGRAM)
