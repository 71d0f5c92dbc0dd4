import numpy as np
import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs import BPETokenizer, CharTokenizer
from llmcourse.training import tokens
from llmcourse.training.tokens import fingerprint, read_corpus, tokenize, tokenizer_for

TEXTS = ["the bank", "", "by the river", "had no money"]


def test_documents_stand_between_ends_of_text():
    tokenizer = CharTokenizer.train(TEXTS)
    ids = tokenize(TEXTS, tokenizer)
    assert ids.dtype == np.uint16
    mark = "<|endoftext|>"
    assert tokenizer.decode(ids.tolist()) == mark + "".join(text + mark for text in TEXTS)


def test_made_once_and_mapped(monkeypatch):
    tokenizer = CharTokenizer.train(TEXTS)
    first = tokenize(TEXTS, tokenizer)
    monkeypatch.setattr(tokens, "_write", lambda *_: pytest.fail("tokenized twice"))
    second = tokenize(iter_again(TEXTS), tokenizer)
    assert isinstance(second, np.memmap)
    assert np.array_equal(first, second)


class iter_again:
    """Texts that are no list, such as a column of a dataset."""

    def __init__(self, texts):
        self.texts = texts

    def __iter__(self):
        return iter(self.texts)


def test_fingerprint_knows_texts_their_bounds_and_the_tokenizer():
    characters = CharTokenizer.train(["abc"])
    names = {
        fingerprint(texts, tokenizer)
        for tokenizer in (characters, CharTokenizer.train(["abcd"]), BPETokenizer.train("abc", 257))
        for texts in (["a", "bc"], ["ab", "c"], ["abc"], ["cba"])
    }
    assert len(names) == 12
    assert fingerprint(["abc"], characters) == fingerprint(("abc",), CharTokenizer.train(["cab"]))


def test_a_large_vocabulary_needs_four_bytes_a_token():
    class Large(CharTokenizer):
        vocab_size = property(lambda self: 2**16 + 1, lambda self, value: None)

        def decode_bytes(self, ids):
            return b""

    assert tokenize(["a"], Large.train(["a"])).dtype == np.uint32


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_no_text(texts, cache):
    with pytest.raises(UserError, match="holds no text"):
        tokenize(texts, CharTokenizer.train(["a"]))
    assert not list(cache.rglob("*")) or not list((cache / "tokens").iterdir())


def test_a_failed_writing_leaves_nothing(cache):
    with pytest.raises(UserError, match="'z'"):
        tokenize(["abc", "xyz"], CharTokenizer.train(["abcxy"]))
    assert not list((cache / "tokens").iterdir())


def test_kinds_of_tokenizer():
    assert tokenizer_for("characters", ["ab"], ["bc"], 300).encode("abc") == [0, 1, 2]
    assert tokenizer_for("bpe", ["aaaa aaaa"], ["b"], 259).vocab_size == 259
    assert tokenizer_for("gpt2", [], [], 300).vocab_size == 50257


def test_a_vocabulary_without_room_for_the_bytes():
    with pytest.raises(UserError, match="200"):
        tokenizer_for("bpe", ["text"], [], 200)


def test_corpus_of_a_recipe(small, documents):
    corpus = read_corpus(small(data=str(documents), documents=20))
    end = corpus.tokenizer.end_of_text
    assert (corpus.train == end).sum() == 20 + 1
    assert (corpus.validation == end).sum() == 6 + 1
    assert corpus.fingerprint != read_corpus(small(data=str(documents))).fingerprint


def test_the_town_is_asked_for_as_many_stories_as_are_wanted(small, documents, monkeypatch):
    asked = []

    def load(name, split, **options):
        asked.append((name, split, options))
        return load_corpus(str(documents), split)

    monkeypatch.setattr(tokens, "load_corpus", load)
    read_corpus(small(data="riverbank", documents=30))
    read_corpus(small(data="hub:owner/name", subset="clean"))
    assert asked == [
        ("riverbank", "train", {"n": 30}),
        ("riverbank", "validation", {}),
        ("hub:owner/name", "train", {"config": "clean"}),
        ("hub:owner/name", "validation", {"config": "clean"}),
    ]
