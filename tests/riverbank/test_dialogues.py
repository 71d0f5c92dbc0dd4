import re

import pytest

from llmcourse.errors import UserError
from llmcourse.riverbank import Dialogue, Riverbank

TOWN = Riverbank()
DIALOGUES = [Dialogue.read(text) for text in TOWN.dialogues(3_000, seed=5)]


def test_reading_and_writing_a_dialogue():
    texts = TOWN.dialogues(3_000, seed=5)
    assert [dialogue.text for dialogue in DIALOGUES] == texts
    assert {len(dialogue.turns) for dialogue in DIALOGUES} == {1, 2}


def test_a_text_that_is_no_dialogue_is_refused():
    turned_round = "Answer: A\nQuestion: B"
    for text in ("", "A mouse.", "Question: Who?", "Question: Who?\nMe.", turned_round):
        with pytest.raises(UserError, match="not a dialogue"):
            Dialogue.read(text)


def test_statements_in_answers_are_true():
    verdicts = [
        TOWN.is_true(re.sub("^(Yes|No), ", "", turn.response))
        for dialogue in DIALOGUES
        for turn in dialogue.turns
    ]
    assert False not in verdicts
    assert verdicts.count(True) > 1_000


def test_tasks_are_done_right():
    turns = [turn for dialogue in DIALOGUES for turn in dialogue.turns]
    done = 0
    for ask, answer in turns:
        head, _, words = ask.partition(": ")
        listed = words.rstrip(".").split(", ")
        if head == "Repeat these words":
            assert answer == ", ".join(listed) + "."
        elif head == "Say these words backwards":
            assert answer == ", ".join(reversed(listed)) + "."
        elif head == "Which word comes first":
            assert answer == words.split(" or ")[0] + "."
        elif head == "Which word comes last":
            assert answer == words.rstrip("?").split(" or ")[1] + "."
        else:
            continue
        done += 1
    assert done > 200
