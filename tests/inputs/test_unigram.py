"""UnigramTokenizer against `tokenizers`: cutting, training, the file; sampling; and its errors."""

import json
from pathlib import Path
from random import Random

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import decoders, models, pre_tokenizers, trainers

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs.tokenizer import Tokenizer
from llmcourse.inputs.unigram import UnigramTokenizer, find_words

AUSTEN = "\n\n".join(load_corpus("austen", "validation")["text"])
TRAINING, HELD_OUT = AUSTEN[:250_000], AUSTEN[-100_000:]


@pytest.fixture(scope="module")
def trained() -> UnigramTokenizer:
    return UnigramTokenizer.train(TRAINING, 1500)


@pytest.fixture(scope="module")
def saved(trained: UnigramTokenizer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unigram") / "tokenizer.json"
    trained.save(path)
    return path


@pytest.fixture(scope="module")
def theirs(saved: Path) -> tokenizers.Tokenizer:
    return tokenizers.Tokenizer.from_file(str(saved))


@pytest.fixture(scope="module")
def trained_by_tokenizers() -> tokenizers.Tokenizer:
    theirs = tokenizers.Tokenizer(models.Unigram())
    theirs.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    theirs.decoder = decoders.Metaspace(prepend_scheme="never")
    trainer = trainers.UnigramTrainer(
        vocab_size=1499, special_tokens=["<unk>"], unk_token="<unk>", show_progress=False
    )
    theirs.train_from_iterator([TRAINING], trainer)
    return theirs


def test_same_ids_as_tokenizers_on_100_kilobytes(trained: UnigramTokenizer, theirs):
    ids = trained.encode(HELD_OUT)
    assert len(ids) > 20_000
    assert ids == theirs.encode(HELD_OUT).ids
    assert trained.decode(ids) == theirs.decode(ids, skip_special_tokens=False)


def test_same_ids_as_tokenizers_on_any_text(trained: UnigramTokenizer, theirs):
    known = st.characters(exclude_categories=("Cn", "Cs"))

    @given(st.text("thesandr .,'▁ \n\u00a0é字🛶") | st.text(known))
    def same(text: str):
        ids = trained.encode(text)
        assert ids == theirs.encode(text).ids
        assert trained.decode(ids) == theirs.decode(ids, skip_special_tokens=False)

    same()


def test_same_ids_with_a_vocabulary_that_tokenizers_trained(trained_by_tokenizers, tmp_path: Path):
    trained_by_tokenizers.save(str(tmp_path / "t.json"))
    ours = UnigramTokenizer.load(tmp_path / "t.json")
    assert ours.encode(HELD_OUT) == trained_by_tokenizers.encode(HELD_OUT).ids


def test_compresses_as_well_as_the_trainer_of_tokenizers(
    trained: UnigramTokenizer, trained_by_tokenizers
):
    assert trained_by_tokenizers.get_vocab_size() == 1499  # ours has <|endoftext|> besides
    assert trained.vocab_size == 1500
    ours, other = len(trained.encode(HELD_OUT)), len(trained_by_tokenizers.encode(HELD_OUT).ids)
    assert ours <= 1.03 * other


def test_decoding_gives_the_text_back(trained: UnigramTokenizer):
    characters = "".join(piece for piece in trained.tokens if len(piece) == 1).replace("▁", " ")

    @given(st.text(characters))
    def back(text: str):
        assert trained.decode(trained.encode(text)) == text
        assert trained.decode(trained.sample(text, Random(0))) == text

    back()


def test_what_is_lost(trained: UnigramTokenizer):
    assert trained.decode(trained.encode("the 🛶🛶 had 河")) == "the <unk> had <unk>"
    assert trained.decode(trained.encode("the▁river")) == "the river"


def test_spaces_belong_to_the_word_behind_them():
    assert find_words(" by  the\nriver ") == ["▁by", "▁", "▁the\nriver", "▁"]


def test_draws_differ_and_the_best_is_the_limit(trained: UnigramTokenizer):
    text, draw = " the consideration of money", Random(0)
    drawn = {tuple(trained.sample(text, draw)) for _ in range(50)}
    assert len(drawn) > 5
    assert trained.sample(text, draw, alpha=1e6) == trained.encode(text)
    assert trained.sample(text, Random(3)) == trained.sample(text, Random(3))


def test_it_is_a_tokenizer(trained: UnigramTokenizer, saved: Path):
    assert isinstance(trained, Tokenizer)
    assert trained.special_tokens == {"<unk>": 0, "<|endoftext|>": 1499}
    assert trained.end_of_text == 1499
    assert list(trained.tokens.values()) == list(range(1, 1499))
    read = UnigramTokenizer.load(saved)
    assert read.encode(HELD_OUT) == trained.encode(HELD_OUT)
    assert (read.scores, read.special_tokens) == (trained.scores, trained.special_tokens)


def test_special_tokens_in_text_are_ordinary_unless_allowed(trained: UnigramTokenizer):
    assert 1499 not in trained.encode("the end<|endoftext|>")
    assert trained.encode("end<|endoftext|>", "all") == [*trained.encode("end"), 1499]
    letters = {"<unk>": 0.0, **dict.fromkeys("<unk>", -3.0)}
    assert UnigramTokenizer(letters, special_tokens={"<unk>": 0}).encode("<unk>") == [1, 2, 3, 4, 5]


def test_a_page_without_a_space(trained: UnigramTokenizer):
    text = "the" * 30_000
    assert trained.decode(trained.encode(text)) == text


@pytest.mark.parametrize("texts", ["", []])
def test_nothing_to_train_on(texts: str | list):
    with pytest.raises(UserError, match="text to train on is empty"):
        UnigramTokenizer.train(texts, 100)


def test_a_vocabulary_too_small():
    with pytest.raises(UserError, match=r"vocabulary of 5 is too small: the 4 .*Ask for 6 or more"):
        UnigramTokenizer.train("hug ", 5)
    assert UnigramTokenizer.train("hug ", 6).vocab_size == 6


def test_no_unknown_token():
    with pytest.raises(UserError, match="unknown token <unk> has no id"):
        UnigramTokenizer({"a": -1.0}, special_tokens={})


def test_half_a_surrogate_pair(trained: UnigramTokenizer):
    with pytest.raises(UserError, match="half a surrogate pair"):
        trained.encode("bank \ud83d")


@pytest.mark.parametrize(
    ("where", "value", "why"),
    [
        ("model", {"type": "BPE"}, "holds a BPE tokenizer, not Unigram"),
        ("normalizer", {"type": "Precompiled"}, "changes the text before cutting it"),
        ("pre_tokenizer", {"type": "Whitespace"}, "does not cut text before each space"),
        ("pre_tokenizer", None, "does not cut text before each space"),
    ],
)
def test_a_foreign_file(saved: Path, tmp_path: Path, where: str, value: object, why: str):
    document = json.loads(saved.read_text()) | {where: value}
    (tmp_path / "t.json").write_text(json.dumps(document))
    with pytest.raises(UserError, match=rf"cannot be used: .*{why}"):
        UnigramTokenizer.load(tmp_path / "t.json")


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("byte_fallback", True, "falls back on bytes"),
        ("unk_id", 9999, "pieces or their scores are damaged"),
        ("vocab", [["a", "b"]], "pieces or their scores are damaged"),
        ("vocab", [["a", -1.0], ["a", -2.0]], "holds a piece twice"),
    ],
)
def test_a_foreign_model(saved: Path, tmp_path: Path, name: str, value: object, why: str):
    document = json.loads(saved.read_text())
    document["model"][name] = value
    (tmp_path / "t.json").write_text(json.dumps(document))
    with pytest.raises(UserError, match=rf"cannot be used: .*{why}"):
        UnigramTokenizer.load(tmp_path / "t.json")
