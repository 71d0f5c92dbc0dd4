"""The corpora that come with the package."""

import math
import re

import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.riverbank import Riverbank


def test_riverbank_is_drawn_afresh_for_each_split_and_seed():
    draws = [
        load_corpus("riverbank", split, n=50, seed=seed)["text"][:]
        for split in ("train", "validation")
        for seed in (0, 1, 2)
    ]
    assert all(len(draw) == 50 for draw in draws)
    assert len({text for draw in draws for text in draw}) == 300
    assert load_corpus("riverbank", n=50)["text"][:] == draws[0]


def test_riverbank_holds_a_thousand_stories_for_validation():
    assert len(load_corpus("riverbank", "validation")) == 1000


def test_a_riverbank_without_stories():
    with pytest.raises(UserError, match="0 stories are not a corpus"):
        load_corpus("riverbank", n=0)


def test_austen_is_six_novels_in_chapters():
    train, validation = load_corpus("austen"), load_corpus("austen", "validation")
    assert train.column_names == ["novel", "chapter", "text"]
    assert (len(train), len(validation)) == (239, 30)
    chapters = {(row["novel"], row["chapter"]) for part in (train, validation) for row in part}
    assert len(chapters) == 269
    assert {novel for novel, _ in chapters} == {
        "Sense and Sensibility",
        "Pride and Prejudice",
        "Mansfield Park",
        "Emma",
        "Northanger Abbey",
        "Persuasion",
    }


def test_austen_holds_out_the_end_of_each_novel():
    last_trained, first_held_out = {}, {}
    for row in load_corpus("austen"):
        last_trained[row["novel"]] = row["chapter"]
    for row in load_corpus("austen", "validation"):
        first_held_out.setdefault(row["novel"], row["chapter"])
    assert first_held_out == {novel: chapter + 1 for novel, chapter in last_trained.items()}


def test_austen_is_clean_text():
    texts = [
        text for split in ("train", "validation") for text in load_corpus("austen", split)["text"]
    ]
    assert sum(map(len, texts)) == 4_011_736
    for text in texts:
        assert text == text.strip()
        assert "  " not in text
        assert "\n\n\n" not in text
        assert not re.search(r"(?i)chapter [0-9ivx]+$|finis$|the end$|\[(at this|end vol)", text)
    opening = "It is a truth universally acknowledged, that a single man in possession of a good"
    assert any(text.startswith(opening) for text in texts)


def test_the_towns_dialogues_are_a_corpus_of_their_own():
    texts = load_corpus("riverbank:dialogues", "validation", n=20)["text"][:]
    assert len(texts) == 20
    assert all(math.isfinite(Riverbank().log_prob(text, "dialogues")) for text in texts)
