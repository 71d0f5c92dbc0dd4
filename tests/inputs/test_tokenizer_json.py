"""The file: `tokenizers` reads what we write and gives our ids, and the other way round."""

import json
from pathlib import Path

import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import decoders, models, pre_tokenizers, trainers

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, BPETokenizer, CharTokenizer, load_tokenizer

TEXT = (
    "The bank by the river had no money.\r\n\r\n  It's 12,345 (naïve) 🛶 字字字, don't you think?"
)


@pytest.fixture(scope="module")
def trained() -> BPETokenizer:
    texts = [*load_corpus("austen", "validation")["text"][:3], TEXT]
    return BPETokenizer.train(texts, 700, special_tokens=("<|endoftext|>", "<|user|>"))


@pytest.fixture
def saved(trained: BPETokenizer, tmp_path: Path) -> Path:
    trained.save(tmp_path / "tokenizer.json")
    return tmp_path / "tokenizer.json"


def test_tokenizers_gives_our_ids(trained: BPETokenizer, saved: Path):
    theirs = tokenizers.Tokenizer.from_file(str(saved))
    assert theirs.get_vocab_size() == trained.vocab_size

    @given(st.text(st.characters(exclude_categories=("Cn", "Cs"))) | st.text("aeinst \n\r'12<|>"))
    def same(text: str):
        ids = trained.encode(text, "all")
        assert theirs.encode(text).ids == ids
        assert theirs.decode(ids, skip_special_tokens=False) == text

    same()
    assert theirs.encode(f"{TEXT}<|user|>").ids == [*trained.encode(TEXT), 699]


@pytest.mark.parametrize("name", ["r50k_base", "cl100k_base"])
def test_a_table_of_tiktoken_saved_for_tokenizers(mixed_text: str, tmp_path: Path, name: str):
    ours = BPETokenizer.from_tiktoken(name)
    ours.save(tmp_path / "tokenizer.json")
    theirs = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert theirs.encode(mixed_text).ids == ours.encode(mixed_text, "all")


@pytest.mark.parametrize("merges_as_strings", [False, True])
def test_a_file_that_tokenizers_wrote(mixed_text: str, tmp_path: Path, merges_as_strings: bool):
    theirs = tokenizers.Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    theirs.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<|endoftext|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    theirs.train_from_iterator([mixed_text[:60_000]], trainer)
    document = json.loads(theirs.to_str())
    if merges_as_strings:  # as GPT-2's own file has them
        document["model"]["merges"] = [" ".join(pair) for pair in document["model"]["merges"]]
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(document))
    ours = load_tokenizer(path)
    assert ours.pattern == GPT2_PATTERN
    assert ours.special_tokens == {"<|endoftext|>": 0}
    assert ours.encode(mixed_text, "all") == theirs.encode(mixed_text).ids


def test_gpt2s_own_layout_is_read(mixed_text: str, tmp_path: Path):
    # GPT-2's vocabulary and merges are r50k's; here transformers writes them.
    import transformers  # late: slow to import, and for this test alone

    r50k = BPETokenizer.from_tiktoken("r50k_base")
    r50k.save(tmp_path / "r50k.json")
    model = json.loads((tmp_path / "r50k.json").read_text())["model"]
    gpt2 = transformers.GPT2Tokenizer(
        vocab=model["vocab"] | {"<|endoftext|>": 50256}, merges=list(map(tuple, model["merges"]))
    )
    gpt2.save_pretrained(tmp_path)
    read = BPETokenizer.load(tmp_path / "tokenizer.json")
    assert read.vocab_size == 50257
    assert read.end_of_text == 50256
    assert read.encode(mixed_text) == r50k.encode(mixed_text)


def test_characters_in_tokenizers(tmp_path: Path):
    ours = CharTokenizer.train(TEXT)
    ours.save(tmp_path / "tokenizer.json")
    theirs = tokenizers.Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert theirs.encode(f"{TEXT}<|endoftext|>").ids == ours.encode(f"{TEXT}<|endoftext|>", "all")
    assert theirs.decode(ours.encode(TEXT)) == TEXT


def test_the_file_does_not_depend_on_the_run(trained: BPETokenizer, saved: Path, tmp_path: Path):
    BPETokenizer.load(saved).save(tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == saved.read_bytes()


def change(document: dict, where: str, value: object) -> None:
    *path, last = where.split(".")
    for name in path:
        document = document[name]
    document[last] = value


@pytest.mark.parametrize(
    ("where", "value", "why"),
    [
        ("model.type", "Other", "holds a Other tokenizer, not BPE"),
        ("model", None, "does not say which model"),
        ("model.vocab", {"a": 0}, "vocabulary or its merges are damaged"),
        ("model.merges", [["q", "q", "q"]], "vocabulary or its merges are damaged"),
        ("model.merges", 7, "vocabulary or its merges are damaged"),
        ("model.dropout", 0.1, "dropout, prefixes or suffixes"),
        ("model.end_of_word_suffix", "</w>", "dropout, prefixes or suffixes"),
        ("normalizer", {"type": "NFC"}, "changes the text before cutting it"),
        ("pre_tokenizer", {"type": "Whitespace"}, "does not cut text into words in the way of"),
        (
            "pre_tokenizer",
            {"type": "ByteLevel", "add_prefix_space": True},
            "does not cut text into words in the way of",
        ),
        ("added_tokens", [{"id": 3}], "special tokens are damaged"),
    ],
)
def test_a_foreign_or_damaged_file(saved: Path, where: str, value: object, why: str):
    document = json.loads(saved.read_text())
    change(document, where, value)
    saved.write_text(json.dumps(document))
    with pytest.raises(UserError, match=rf"cannot be used: .*{why}"):
        load_tokenizer(saved)


def test_merges_in_another_order_than_the_ids(saved: Path):
    document = json.loads(saved.read_text())
    document["model"]["merges"].reverse()
    saved.write_text(json.dumps(document))
    with pytest.raises(UserError, match="256 bytes and then merges in the order of their ids"):
        load_tokenizer(saved)


@pytest.mark.parametrize("vocab", [None, {"the": 0}, {"a": "b"}])
def test_words_that_are_no_characters(tmp_path: Path, vocab: object):
    path = tmp_path / "tokenizer.json"
    CharTokenizer.train("abc").save(path)
    document = json.loads(path.read_text())
    document["model"]["vocab"] = vocab
    path.write_text(json.dumps(document))
    with pytest.raises(UserError, match="words are not single characters with an id each"):
        load_tokenizer(path)


def test_a_truncated_file(saved: Path):
    saved.write_bytes(saved.read_bytes()[:1000])
    with pytest.raises(UserError, match="is not JSON"):
        load_tokenizer(saved)


def test_a_file_that_is_no_text(saved: Path):
    saved.write_bytes(b"\x80\x02\xff")
    with pytest.raises(UserError, match="is not JSON"):
        load_tokenizer(saved)


def test_a_missing_file(tmp_path: Path):
    with pytest.raises(UserError, match=r"tokenizer\.json could not be read: No such file"):
        load_tokenizer(tmp_path / "tokenizer.json")
