"""BPETokenizer against tiktoken, the properties that hold for any text, and its errors."""

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.data import load_corpus, tiktoken_encoding
from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, GPT4_PATTERN, BPETokenizer

TABLES = ["r50k_base", "cl100k_base"]
# Characters that the word patterns tell apart, and any that Python knows.
texts = st.one_of(
    st.text(" \n\r\t'stLEdmſ,.19a\u00a0\u0301é字🛶"),
    st.text(st.characters(max_codepoint=127)),
    st.text(st.characters(exclude_categories=("Cn", "Cs"))),
)


@pytest.fixture(scope="module")
def tokenizer() -> BPETokenizer:
    return BPETokenizer.train(load_corpus("austen", "validation")["text"][:5], 512)


@pytest.mark.parametrize("name", TABLES)
def test_same_ids_as_tiktoken_on_a_megabyte(mixed_text: str, name: str):
    ids = BPETokenizer.from_tiktoken(name).encode(mixed_text)
    assert ids == tiktoken_encoding(name).encode(mixed_text, disallowed_special=())


@pytest.mark.parametrize("name", TABLES)
def test_same_ids_as_tiktoken_on_any_text(name: str):
    ours, theirs = BPETokenizer.from_tiktoken(name), tiktoken_encoding(name)

    @given(texts)
    def same(text: str):
        assert ours.encode(text) == theirs.encode(text, disallowed_special=())
        allowed = {"<|endoftext|>"}
        marked = f"{text}<|endoftext|>{text}"
        assert ours.encode(marked, allowed) == theirs.encode(marked, allowed_special=allowed)

    same()


@pytest.mark.parametrize("pattern", [GPT2_PATTERN, GPT4_PATTERN])
def test_same_ids_as_tiktoken_with_merges_of_our_own(mixed_text: str, pattern: str):
    ours = BPETokenizer.train(mixed_text, 1000, pattern=pattern)
    theirs = tiktoken.Encoding(
        "ours", pat_str=pattern, mergeable_ranks=ours.tokens, special_tokens=ours.special_tokens
    )
    assert ours.encode(mixed_text) == theirs.encode(mixed_text, disallowed_special=())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("The bank by the river had no money", [791, 6201, 555, 279, 15140, 1047, 912, 3300]),
        ("I want to learn about LLMs", [40, 1390, 311, 4048, 922, 445, 11237, 82]),
    ],
)
def test_the_running_examples(text: str, ids: list[int]):
    cl100k = BPETokenizer.from_tiktoken(tiktoken_encoding("cl100k_base"))
    assert cl100k.encode(text) == ids
    assert cl100k.decode(ids) == text


@given(text=st.text(st.characters(exclude_categories=("Cs",))) | texts)
def test_decoding_gives_the_text_back(tokenizer: BPETokenizer, text: str):
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_training_counts_words_over_all_texts():
    texts = ["the cat sat.", " the hat sat on the cat!"]
    assert BPETokenizer.train(texts, 300).tokens == BPETokenizer.train("".join(texts), 300).tokens


def test_ids_are_bytes_then_merges_then_special_tokens():
    tokenizer = BPETokenizer.train(
        "hug hugs pug", 260, special_tokens=("<|endoftext|>", "<|user|>")
    )
    assert [tokenizer.decode_bytes([i]) for i in range(256)] == [bytes([i]) for i in range(256)]
    assert [tokenizer.decode([i]) for i in range(256, 260)] == [
        "ug",
        "hug",
        "<|endoftext|>",
        "<|user|>",
    ]
    assert tokenizer.vocab_size == 260
    assert tokenizer.end_of_text == 258
    assert list(tokenizer.merges()) == [(b"u", b"g"), (b"h", b"ug")]


def test_a_short_text_gives_a_smaller_vocabulary():
    assert BPETokenizer.train("aa", 1000).vocab_size == 258


def test_special_tokens_in_text_are_ordinary_unless_allowed(tokenizer: BPETokenizer):
    text = "money<|endoftext|>"
    end = tokenizer.end_of_text
    assert end not in tokenizer.encode(text)
    assert tokenizer.decode(tokenizer.encode(text)) == text
    for allowed in ({"<|endoftext|>"}, "all"):
        assert tokenizer.encode(text, allowed) == [*tokenizer.encode("money"), end]


def test_the_longest_of_two_special_tokens_wins():
    tokenizer = BPETokenizer.train("", 258, special_tokens=("<|a|>", "<|a|>b"))
    assert tokenizer.encode("<|a|>b<|a|>", "all") == [257, 256]


def test_a_character_cut_in_two(tokenizer: BPETokenizer):
    boat = tokenizer.encode("🛶")
    assert len(boat) == 4
    assert tokenizer.decode_bytes(boat[:2]) == "🛶".encode()[:2]
    assert tokenizer.decode(boat[:2]) == "\ufffd"


def test_only_the_words_of_the_pattern_are_merged():
    across = BPETokenizer.train("a b " * 9, 300, pattern=r"(?s:.)")
    assert list(across.merges()) == []


@pytest.mark.parametrize("size", [0, 255, 256])
def test_a_vocabulary_too_small(size: int):
    with pytest.raises(UserError, match=rf"vocabulary of {size} is too small.*Ask for 257 or more"):
        BPETokenizer.train("text", size)


def test_the_smallest_vocabulary():
    assert BPETokenizer.train("text", 256, special_tokens=()).encode("hi") == [104, 105]


@pytest.mark.parametrize("unknown", [-1, 512, 100_000])
def test_an_id_out_of_range(tokenizer: BPETokenizer, unknown: int):
    with pytest.raises(UserError, match=rf"token id {unknown} is not in this vocabulary of 512"):
        tokenizer.decode([1, unknown])


def test_an_unknown_special_token(tokenizer: BPETokenizer):
    with pytest.raises(
        UserError, match=r"no special token <\|user\|>\. Those it has: <\|endoftext"
    ):
        tokenizer.encode("text", {"<|user|>"})


def test_half_a_surrogate_pair(tokenizer: BPETokenizer):
    with pytest.raises(UserError, match="half a surrogate pair"):
        tokenizer.encode("bank \ud83d")
