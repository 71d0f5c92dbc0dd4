"""What the figure of the chat hands to its module."""

import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs import GPT2_PATTERN, BPETokenizer
from llmcourse.inputs.chat_styles import ChatML, Llama3
from llmcourse.widgets.chat_tokens import MESSAGES, ChatTokens
from llmcourse.widgets.merge_steps import MOST_MERGES

MARKS = (*ChatML.marks, *Llama3.marks)


def test_the_table_the_marks_and_the_messages():
    values = ChatTokens(BPETokenizer.train("hug hugs pug", 264, special_tokens=MARKS)).values
    assert values["merges"] == [[117, 103, 256], [104, 256, 257]]
    assert values["marks"] == {mark: 258 + i for i, mark in enumerate(MARKS)}
    assert values["messages"] == list(MESSAGES)


def test_what_stands_around_the_words_is_the_templates_own():
    chatml, llama = ChatTokens(BPETokenizer.train("x", 262, special_tokens=MARKS)).values["styles"]
    assert chatml["openings"]["user"] == [
        ["<|im_start|>", "template", "mark"],
        ["user\n", "template", "text"],
    ]
    assert chatml["closings"]["assistant"] == [
        ["<|im_end|>", "assistant", "mark"],
        ["\n", "template", "text"],
    ]
    assert (chatml["start"], chatml["before_system"]) == ([], "")
    assert (chatml["system_always"], chatml["strips"]) == (False, False)
    assert llama["start"] == [["<|begin_of_text|>", "template", "mark"]]
    assert llama["before_system"].startswith("Cutting Knowledge Date")
    assert (llama["system_always"], llama["strips"]) == (True, True)


def test_the_largest_table_fits_into_a_page():
    texts = load_corpus("austen", "validation")["text"]
    tokenizer = BPETokenizer.train(texts, 256 + MOST_MERGES + len(MARKS), special_tokens=MARKS)
    assert len(ChatTokens(tokenizer).values["merges"]) == MOST_MERGES


def test_a_table_that_is_too_large():
    tokens = {bytes([byte]): byte for byte in range(256)}
    more = {bytes([i % 256, i // 256]): 256 + i for i in range(MOST_MERGES + 1)}
    marks = {mark: 20_000 + i for i, mark in enumerate(MARKS)}
    with pytest.raises(UserError, match="8,193 merges is too large"):
        ChatTokens(BPETokenizer(tokens | more, special_tokens=marks))


def test_a_tokenizer_without_the_marks():
    with pytest.raises(UserError, match=r"no special token <\|im_start\|>"):
        ChatTokens(BPETokenizer.train("the river", 260))


def test_a_tokenizer_with_another_pattern():
    tokenizer = BPETokenizer.train("the", 262, pattern=GPT2_PATTERN, special_tokens=MARKS)
    with pytest.raises(UserError, match="by another"):
        ChatTokens(tokenizer)


@pytest.mark.parametrize("messages", [MESSAGES[1:], MESSAGES[:1], [*MESSAGES[:2], MESSAGES[1]]])
def test_a_history_that_the_slider_cannot_walk_through(messages):
    tokenizer = BPETokenizer.train("x", 262, special_tokens=MARKS)
    with pytest.raises(UserError, match="by turns"):
        ChatTokens(tokenizer, messages)
