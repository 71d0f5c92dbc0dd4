"""The figure's own encoding, in a browser, against `BPETokenizer`."""

from itertools import chain, pairwise

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
    return module("byte_pairs.js", "merge_steps.js")


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


def test_a_size_cuts_as_a_tokenizer_with_so_many_tokens(figure, tokenizer: BPETokenizer, values):
    offered = figure.call("sizes", values)
    assert offered[0] == 256
    assert offered[-1] == len(tokenizer.tokens)
    assert offered[:9] == [256, 279, 304, 332, 362, 395, 431, 470, 512]
    for size in (256, 300, 512, offered[-1]):
        part = BPETokenizer(
            {token: i for token, i in tokenizer.tokens.items() if i < size}, special_tokens={}
        )
        for text in TEXTS[:2]:
            states = figure.call("trace", text, values)
            step = figure.call("stepAt", states, size)
            assert list(chain.from_iterable(states[step]["ids"])) == part.encode(text)


def test_each_step_has_the_smallest_size_that_reaches_it(figure, values):
    states = figure.call("trace", TEXTS[0], values)
    for step in range(len(states)):
        size = figure.call("sizeAt", states, step)
        assert figure.call("stepAt", states, size) == step
        if step:
            assert figure.call("stepAt", states, size - 1) == step - 1


def test_every_size_is_told(figure):
    values = MergeSteps(BPETokenizer.train("hug hugs pug", 259)).values
    states = figure.call("trace", "hugs pug", values)
    told = [figure.call("describe", states, size, values) for size in (256, 257, 258)]
    assert told == [
        "A vocabulary of 256: the text is 8 tokens. Every byte is one.",
        "A vocabulary of 257: the text is 6 tokens. "
        "The last merge, rank 0, joined “u” and “g” to “ug”, id 256, in 2 places.",
        "A vocabulary of 258: the text is 5 tokens. "
        "The last merge, rank 1, joined “h” and “ug” to “hug”, id 257, in 1 place. "
        "No neighbours are left that the table joins.",
    ]
    assert "no text yet" in figure.call("describe", figure.call("trace", "", values), 300, values)


@pytest.fixture
def opened(browser, tokenizer: BPETokenizer):
    """The figure on a page of its own, with 1,499 tokens and a special one."""
    page = browser.new_page()
    page.set_content(MergeSteps(tokenizer).html())
    page.wait_for_selector(".merge-steps .token")
    yield page
    page.close()


def test_the_two_sliders_move_each_other(opened):
    vocabulary, merging = opened.locator("input[type=range]").all()
    outputs = opened.locator("output")
    assert outputs.all_inner_texts()[0] == "512 tokens"
    before = opened.locator(".merge-steps .token").count()
    vocabulary.press("End")
    assert outputs.all_inner_texts()[0] == "1,499 tokens"
    assert merging.input_value() == merging.get_attribute("max")
    assert opened.locator(".merge-steps .token").count() < before
    merging.press("Home")
    assert outputs.all_inner_texts() == ["256 tokens", f"0 of {merging.get_attribute('max')}"]
    assert vocabulary.get_attribute("aria-valuetext") == "256 tokens"
    assert opened.locator(".merge-steps .token").count() == len(TEXTS[0].encode())
    vocabulary.press("ArrowRight")
    assert outputs.all_inner_texts()[0] == "279 tokens"


def test_another_text_meets_the_same_vocabulary(opened, tokenizer: BPETokenizer):
    opened.locator("input[type=range]").first.press("End")
    opened.locator("input[type=text]").fill("the the")
    assert opened.locator("output").all_inner_texts()[0] == "1,499 tokens"
    count = len(tokenizer.encode("the the"))
    assert opened.locator(".merge-steps .token").count() == count
    assert f"the text is {count} tokens" in opened.locator(".status").inner_text()
    opened.locator("input[type=text]").fill("")
    assert "no text yet" in opened.locator(".status").inner_text()
