"""The figure's own cutting, in a browser, against the three tokenizers."""

import math
from itertools import pairwise

import pytest

from llmcourse.data import load_corpus
from llmcourse.inputs import BPETokenizer
from llmcourse.inputs.unigram import UnigramTokenizer
from llmcourse.inputs.wordpiece import WordPieceTokenizer
from llmcourse.widgets.subword_splits import SubwordSplits

TEXTS = [
    "The bank by the river had no money",
    "It's late, they'LL say; don't $3 = 4^2 ~ `x` |y| <z>",
    "unaffordable considerations of Pemberley-like magnificence",
    "Zürich 河边的银行 🛶🛶 on the river 👩‍👩‍👧‍👦, é",
    "  two spaces,   three and one at the end ",
    "[UNK] <unk> ▁ ##ing",
    "a" * 101 + " b",
    "",
    " ",
]


@pytest.fixture(scope="module")
def three() -> tuple[BPETokenizer, WordPieceTokenizer, UnigramTokenizer]:
    text = "\n".join(load_corpus("austen", "validation")["text"][:3])[:200_000]
    return (
        BPETokenizer.train(text, 1200),
        WordPieceTokenizer.train(text, 1200),
        UnigramTokenizer.train(text, 1200),
    )


@pytest.fixture(scope="module")
def values(three: tuple) -> dict:
    return SubwordSplits(*three).values


@pytest.fixture
def figure(module):
    return module("byte_pairs.js", "subword_splits.js")


@pytest.mark.parametrize("text", TEXTS)
def test_bpe(figure, three: tuple, values: dict, text: str):
    spelled = dict(figure.call("spellings", values["bpe"]))
    assert figure.call("bpePieces", text, values["bpe"]) == [
        spelled[i] for i in three[0].encode(text)
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_wordpiece(figure, three: tuple, values: dict, text: str):
    spelled = {i: piece for piece, i in (three[1].tokens | three[1].special_tokens).items()}
    expected = [spelled[i] for i in three[1].encode(text)]
    assert figure.call("wordPieces", text, values["wordpiece"]) == expected


@pytest.mark.parametrize("text", TEXTS)
def test_unigram(figure, three: tuple, values: dict, text: str):
    spelled = list(three[2].scores)
    best, *others = figure.call("unigramSplits", text, values["unigram"])
    assert best["pieces"] == [spelled[i] for i in three[2].encode(text)]
    assert all(one["score"] >= other["score"] for one, other in pairwise([best, *others]))


def test_the_best_splits_in_order_with_their_shares(figure):
    scores = {"h": -2.0, "u": -2.5, "g": -2.25, "hu": -3.0, "ug": -2.75, "hug": -5.5}
    model = {"pieces": list(map(list, scores.items())), "unknown": "<unk>", "penalty": 10}
    splits = [["h", "ug"], ["hu", "g"], ["hug"], ["h", "u", "g"]]
    sums = [sum(scores[piece] for piece in split) for split in splits]
    found = figure.call("unigramSplits", "hug", model)
    assert [way["pieces"] for way in found] == splits
    assert [way["score"] for way in found] == pytest.approx(sums)
    total = sum(map(math.exp, sums))
    assert [way["share"] for way in found] == pytest.approx([math.exp(s) / total for s in sums])


def test_it_is_told(figure):
    values = {
        "bpe": {"bytes": list(range(256)), "merges": [[117, 103, 256]]},
        "wordpiece": {"pieces": ["h", "##ug"], "unknown": "[UNK]", "longest": 100},
        "unigram": {"pieces": [["h", -1], ["u", -1], ["g", -1], ["ug", -2]], "unknown": "<unk>",
                    "penalty": 10},
    }  # fmt: skip
    told = figure.call("describe", figure.call("splits", "hug", values, 1), values)
    assert told == (
        "BPE 2 tokens, WordPiece 2, Unigram 2. "
        "Unigram’s best split has 50 % of the probability of all splits."
    )
    found = figure.call("splits", "hugx", values, 9)  # there are only two
    assert [row["pieces"] for row in found["rows"]] == [
        ["h", "ug", "x"],
        ["[UNK]"],
        ["h", "u", "g", "<unk>"],
    ]
    assert figure.call("describe", found, values) == (
        "BPE 3 tokens, WordPiece 1 (1 unknown), Unigram 4 (1 unknown). "
        "Unigram’s split of rank 2 has 50 % of the probability of all splits."
    )
