"""The figure's own encoding, in a browser, against `BPETokenizer`."""

from itertools import pairwise

import pytest

from llmcourse.data import load_corpus
from llmcourse.inputs import GPT4_PATTERN, BPETokenizer
from llmcourse.inputs.patterns import word_finder
from llmcourse.widgets.merge_steps import MergeSteps

TEXTS = [
    "The bank by the river had no money",
    "It's late, they'LL say; I'Ve 'Tis don't 'RE we'd rock 'n' roll 'ſ",
    "On 12 May 1815 it cost 1234567 pounds, or £12,345.67 (³ ½ Ⅷ ٣).",
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. ÄÖÜ",
    "河边的银行没有钱。河边的银行没有钱。",
    "Καλημέρα, добрый день, שלום, สวัสดี, नमस्ते, 안녕하세요",
    "🛶 on the river 👩‍👩‍👧‍👦 👍🏽 🇨🇭 1️⃣ ❤️",
    "  two spaces,   three,\ttab\t\tand one at the end ",
    "line\nbreak\r\n\r\n  indented\n \n\n  x   \n",
    "x\x85y \x85\x85! z\ufeffz \ufeff\ufeff! a\u00a0b\u3000\u3000c \x1c\x1cd\x00e",
    "aaaa aaaaa aaaaaaa abababab",
    "combining e\u0301a\u0308 and \u0301 alone",
    "text <|endoftext|> that forges a mark",
    "def f(x):\n    return {'a': x**2}  # naïve…!?\n",
    "",
    " ",
    "\n",
    "ß",
]


@pytest.fixture(scope="module")
def tokenizer() -> BPETokenizer:
    """Merges of English and of everything in TEXTS, whole foreign characters among them."""
    return BPETokenizer.train([*load_corpus("austen", "validation")["text"][:3], *TEXTS * 4], 1500)


@pytest.fixture(scope="module")
def values(tokenizer: BPETokenizer) -> dict:
    return MergeSteps(tokenizer).values


@pytest.fixture
def figure(module):
    return module("merge_steps.js")


def test_the_pattern_cuts_the_same_words(figure):
    for text in TEXTS:
        assert figure.call("words", text) == word_finder(GPT4_PATTERN)(text)


def test_the_ids_are_those_of_the_tokenizer(figure, tokenizer: BPETokenizer, values):
    for text in TEXTS:
        assert figure.call("encode", text, values) == tokenizer.encode(text)


def test_a_text_goes_from_its_bytes_through_the_table_once(figure, values):
    text = "The bank by the river, dürr"
    states = figure.call("trace", text, values)
    assert [bytes(ids).decode() for ids in states[0]["ids"]] == word_finder(GPT4_PATTERN)(text)
    ranks = [state["rank"] for state in states[1:]]
    assert states[0]["rank"] is None
    assert ranks == sorted(set(ranks))
    lengths = [sum(map(len, state["ids"])) for state in states]
    assert all(longer > shorter for longer, shorter in pairwise(lengths))


def test_a_run_of_one_id_is_joined_from_the_left(figure):
    assert figure.call("join", [7, 7, 7, 7, 7], [7, 7, 300]) == [300, 300, 7]
    assert figure.call("join", [1, 2, 1, 2, 2, 1], [1, 2, 300]) == [300, 300, 2, 1]


def test_half_characters_and_those_nobody_sees_are_written_in_hex(figure):
    for spelled, shown in {
        b" river": "␣river",
        b"\n\n": "↵↵",
        "ü".encode(): "ü",
        "ü".encode()[:1]: "<C3>",
        b" \xe6\xb2": "␣<E6><B2>",
        "河".encode(): "河",
        b"\t": "<09>",
        b"\x00": "<00>",
        "\u00a0".encode(): "<C2><A0>",
        "\ufeff".encode(): "<EF><BB><BF>",
    }.items():
        assert figure.call("spell", list(spelled)) == shown


def test_each_id_has_a_spelling(figure, tokenizer: BPETokenizer, values):
    spellings = dict(figure.call("spellings", values))
    assert spellings.keys() == set(tokenizer.tokens.values())
    assert spellings[tokenizer.tokens[b" the"]] == "␣the"
    assert spellings[0xC3] == "<C3>"


def test_every_step_is_told(figure):
    values = MergeSteps(BPETokenizer.train("hug hugs pug", 259)).values
    states = figure.call("trace", "hugs pug", values)
    told = [figure.call("describe", states, step, values) for step in range(len(states))]
    assert told == [
        "Before the first merge every byte is a token: 8 tokens.",
        "Rank 0 of 2: “u” and “g” become “ug”, id 256, in 2 places. Now 6 tokens.",
        "Rank 1 of 2: “h” and “ug” become “hug”, id 257, in 1 place. Now 5 tokens. "
        "No neighbours are left that the table joins.",
    ]
    assert "no text yet" in figure.call("describe", figure.call("trace", "", values), 0, values)
