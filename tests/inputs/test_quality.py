"""Rules on texts made for them, and on the town's pages by their labels."""

import pytest

from llmcourse.data import load_corpus
from llmcourse.errors import UserError
from llmcourse.inputs.curation import precision_recall
from llmcourse.inputs.quality import Rules, measure
from llmcourse.riverbank import Riverbank

PLAIN = "The mill stood by the river, and the miller had a boat to cross it with."
FEW = Rules(min_words=8)  # otherwise Gopher's


def test_measures_of_a_line_that_repeats():
    found = measure("the cat sat\n\n  the cat sat  \n* 12 of #3")
    assert found.words == 10
    assert found.word_length == pytest.approx(25 / 10)
    assert found.letters == pytest.approx(7 / 10)
    assert found.symbols == pytest.approx(2 / 10)
    assert found.stop_words == 2  # the, of
    assert found.repeated_lines == pytest.approx(11 / 32)
    assert found.repeated_ngrams == 0
    assert found.misread == found.notices == 0


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("a b c d e", 0),
        ("a b c d e a b c d e", 1),
        ("a b c d e x a b c d e", 10 / 11),
        ("a b c d e f x a b c d e f", 12 / 13),  # two runs that overlap
        ("", 0),
    ],
)
def test_words_in_runs_that_occur_again(text, share):
    assert measure(text).repeated_ngrams == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PLAIN, None),
        ("The river and the mill", "too few words"),
        (PLAIN.replace("river", "rÃ¼ver"), "misread UTF-8"),
        (PLAIN.replace("river", "r\ufffdver"), "misread UTF-8"),
        (PLAIN.replace("river", "Rüver, die Brücke â la façon"), None),
        ("1 2 3 4 5 of the town and the mill", "words without letters"),
        (f"{PLAIN} This site uses cookies.", "notices of a web page"),
        (PLAIN.replace("river,", "river, the cookie, to use"), None),
        (f"{PLAIN} Home | Shop | News | Help", "symbols"),
        ("I am to be of it, as we go by the sea.", "short words"),
        ("the https-and-so-on-and-so-forth " * 8 + "of", "long words"),
        (f"{PLAIN}\n" * 2, "repeated lines"),
        (f"{PLAIN} {PLAIN}", "repeated words"),
        ("Wer hat das gelbe Boot vom Ufer der Insel gesehen?", "no stop words"),
    ],
)
def test_reasons(text, reason):
    assert FEW.reason(text) == reason


def test_the_limits_are_in_the_rule_that_names_them():
    assert Rules().reason(PLAIN) == "too few words"
    assert Rules(min_words=16, max_words=16).reason(PLAIN) is None
    assert Rules(min_words=8, max_words=15).reason(PLAIN) == "too many words"
    with pytest.raises(UserError, match=r"at least 50 and at most 20"):
        Rules(max_words=20)


def test_hostile_text_takes_no_longer():
    """Each of these would take hours if the time grew with the square of the length."""
    for text in ("1" * 1_000_000, "a" * 1_000_000, "use " * 250_000, "Ã" * 1_000_000, "\n" * 10**6):
        assert Rules().reason(text) is not None


def test_a_novel_passes():
    chapters = load_corpus("austen", "validation")["text"]
    assert {Rules().reason(chapter) for chapter in chapters} == {None}


def test_the_town_s_menus_and_noise_are_found():
    pages = [page for page in Riverbank().dirty(700, seed=3) if page.language == "en"]
    rules = Rules(min_words=8, min_stop_words=0)
    found = {i for i, page in enumerate(pages) if rules.reason(page.text)}
    bad = {i for i, page in enumerate(pages) if page.labels & {"boilerplate", "garbled"}}
    aside = {i for i, page in enumerate(pages) if page.labels & {"unsafe", "insult", "personal"}}
    assert min(precision_recall(found - aside, bad)) >= 0.9
