"""WordPieceTokenizer against `tokenizers`: cutting, training, the file; and its errors."""

import json
import unicodedata
from pathlib import Path

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import models, pre_tokenizers, trainers

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs.tokenizer import Tokenizer
from llmcourse.inputs.wordpiece import WordPieceTokenizer, find_words, longest_match

AUSTEN = "\n\n".join(load_corpus("austen", "validation")["text"])
TRAINING, HELD_OUT = AUSTEN[:250_000], AUSTEN[-100_000:]


def long_known(character: str) -> bool:
    """`tokenizers` knows fewer of the newest punctuation marks than `regex` does."""
    return unicodedata.ucd_3_2_0.category(character) != "Cn"


@pytest.fixture(scope="module")
def trained() -> WordPieceTokenizer:
    return WordPieceTokenizer.train(TRAINING, 1500)


@pytest.fixture(scope="module")
def saved(trained: WordPieceTokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("wordpiece") / "tokenizer.json"
    trained.save(path)
    return path


@pytest.fixture(scope="module")
def theirs(saved: Path) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_file(str(saved))


def test_same_ids_as_tokenizers_on_100_kilobytes(trained: WordPieceTokenizer, theirs):
    ids = trained.encode(HELD_OUT)
    assert len(ids) > 20_000
    assert ids == theirs.encode(HELD_OUT).ids
    assert trained.decode(ids) == theirs.decode(ids, skip_special_tokens=False)


def test_same_ids_as_tokenizers_on_any_text(trained: WordPieceTokenizer, theirs):
    known = st.characters(exclude_categories=("Cs",)).filter(long_known)

    @given(st.text("thesandr .,'-$^ \n\u00a0\u3000é字_") | st.text(known))
    def same(text: str):
        ids = trained.encode(text)
        assert ids == theirs.encode(text).ids
        assert trained.decode(ids) == theirs.decode(ids, skip_special_tokens=False)

    same()


def test_the_words_are_berts(mixed_text: str):
    text = "".join(filter(long_known, mixed_text))
    theirs = pre_tokenizers.BertPreTokenizer().pre_tokenize_str(text)
    assert find_words(text) == [word for word, _ in theirs]


def test_compresses_as_well_as_the_trainer_of_tokenizers(trained: WordPieceTokenizer):
    theirs = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    theirs.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=1500, special_tokens=["[UNK]", "<|endoftext|>"], show_progress=False
    )
    theirs.train_from_iterator([TRAINING], trainer)
    assert theirs.get_vocab_size() == trained.vocab_size == 1500
    ours, other = len(trained.encode(HELD_OUT)), len(theirs.encode(HELD_OUT).ids)
    assert ours == pytest.approx(other, rel=0.03)


def test_the_ratio_alone_compresses_far_worse(trained: WordPieceTokenizer):
    ratio = WordPieceTokenizer.train(TRAINING, 1500, score="ratio")
    assert len(ratio.encode(HELD_OUT)) > 1.5 * len(trained.encode(HELD_OUT))


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("unaffable", ["un", "##aff", "##able"]),  # the example of BERT's own code
        ("un", ["un"]),
        ("able", None),  # only a continuation
        ("unaffably", None),  # no way to end
        ("unaff", ["un", "##aff"]),
        ("", []),
    ],
)
def test_the_longest_match(word: str, pieces: list | None):
    assert longest_match(word, {"un", "##aff", "##able", "##abl"}) == pieces


def test_the_search_does_not_go_back():
    assert longest_match("abc", {"ab", "a", "##bc"}) is None


def test_what_is_lost_and_what_is_not(trained: WordPieceTokenizer):
    assert trained.decode(trained.encode("the  river,\nthe")) == "the river , the"
    assert trained.decode(trained.encode("the 🛶s had")) == "the [UNK] had"
    words = [
        word for word in find_words(HELD_OUT) if "[UNK]" not in trained.decode(trained.encode(word))
    ]
    assert trained.decode(trained.encode(" ".join(words))) == " ".join(words)


def test_bytes_can_be_put_in_a_row(trained: WordPieceTokenizer):
    ids = trained.encode("the bank, by the river")
    parts = [trained.decode_bytes([i]) for i in ids]
    assert b"".join(parts) == trained.decode_bytes(ids) == b" the bank , by the river"


def test_a_word_that_is_too_long_is_unknown(trained: WordPieceTokenizer):
    assert len(trained.encode("a" * 100)) > 1
    assert trained.encode("a" * 101) == [0]


def test_it_is_a_tokenizer(trained: WordPieceTokenizer, saved: Path):
    assert isinstance(trained, Tokenizer)
    assert trained.special_tokens == {"[UNK]": 0, "<|endoftext|>": 1}
    assert trained.end_of_text == 1
    assert sorted(trained.tokens.values()) == list(range(2, 1500))
    read = WordPieceTokenizer.load(saved)
    assert read.encode(HELD_OUT) == trained.encode(HELD_OUT)
    assert (read.tokens, read.special_tokens) == (trained.tokens, trained.special_tokens)


def test_special_tokens_in_text_are_ordinary_unless_allowed(trained: WordPieceTokenizer):
    text = "the end<|endoftext|>[UNK]"
    assert 1 not in trained.encode(text)
    assert trained.encode(text, {"<|endoftext|>"}).count(1) == 1


def test_texts_are_counted_together():
    assert (
        WordPieceTokenizer.train(["the cat", "the hat"], 20).tokens
        == WordPieceTokenizer.train("the cat the hat", 20).tokens
    )


@pytest.mark.parametrize("texts", ["", [], " \n "])
def test_nothing_to_train_on(texts: str | list):
    with pytest.raises(UserError, match="holds no word"):
        WordPieceTokenizer.train(texts, 100)


def test_a_vocabulary_too_small():
    with pytest.raises(UserError, match=r"vocabulary of 6 is too small: the 5 .*Ask for 7 or more"):
        WordPieceTokenizer.train("hug pug hugs", 6)
    assert WordPieceTokenizer.train("hug pug hugs", 7).vocab_size == 7


def test_no_unknown_token():
    with pytest.raises(UserError, match=r"unknown token \[UNK\] has no id"):
        WordPieceTokenizer({"a": 0}, special_tokens={})


def test_half_a_surrogate_pair(trained: WordPieceTokenizer):
    with pytest.raises(UserError, match="half a surrogate pair"):
        trained.encode("bank \ud83d")


@pytest.mark.parametrize(
    ("where", "value", "why"),
    [
        ("model", {"type": "BPE"}, "holds a BPE tokenizer, not WordPiece"),
        ("normalizer", {"type": "BertNormalizer"}, "changes the text before cutting it"),
        ("pre_tokenizer", {"type": "Whitespace"}, "does not cut words as BERT does"),
        ("added_tokens", [{"id": 3}], "special tokens are damaged"),
    ],
)
def test_a_foreign_file(saved: Path, tmp_path: Path, where: str, value: object, why: str):
    document = json.loads(saved.read_text()) | {where: value}
    (tmp_path / "t.json").write_text(json.dumps(document))
    with pytest.raises(UserError, match=rf"cannot be used: .*{why}"):
        WordPieceTokenizer.load(tmp_path / "t.json")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("continuing_subword_prefix", "@@", "does not cut words as BERT does"),
        ("max_input_chars_per_word", 50, "does not cut words as BERT does"),
        ("vocab", {"a": "b"}, "its vocabulary is damaged"),
        ("unk_token", "<other>", "unknown token <other> is not in its vocabulary"),
    ],
)
def test_a_foreign_model(saved: Path, tmp_path: Path, name: str, value: object, why: str):
    document = json.loads(saved.read_text())
    document["model"][name] = value
    (tmp_path / "t.json").write_text(json.dumps(document))
    with pytest.raises(UserError, match=rf"cannot be used: .*{why}"):
        WordPieceTokenizer.load(tmp_path / "t.json")


def test_a_file_that_tokenizers_wrote(tmp_path: Path):
    theirs = tokenizers.Tokenizer(models.WordPiece(unk_token="[UNK]"))
    theirs.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=400, special_tokens=["[UNK]"], show_progress=False
    )
    theirs.train_from_iterator([TRAINING], trainer)
    theirs.save(str(tmp_path / "t.json"))
    ours = WordPieceTokenizer.load(tmp_path / "t.json")
    assert ours.encode(HELD_OUT) == theirs.encode(HELD_OUT).ids
