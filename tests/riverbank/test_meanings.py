"""The meaning of each bank against words that give it away, and the plot against the notation."""

import math
import re

import pytest

from llmcourse.errors import UserError
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.meanings import banks

TOWN = Riverbank()
RIVER_WORDS = re.compile(r"river|reeds|duckling|water|weeds|fishing|\bmud|boat")
MONEY_WORDS = re.compile(r"\bclerk\b|vault|coin|loan")


@pytest.fixture(scope="module")
def stories() -> list[str]:
    return TOWN.stories(3000, seed=5)


@pytest.fixture(scope="module")
def found(stories) -> list:
    return banks(TOWN, stories)


def test_every_bank_is_found_but_the_travellers(stories, found):
    written = sum(len(re.findall(r"\bbank\b", story)) for story in stories)
    travellers = sum("asked the way to the bank" in story for story in stories)
    assert travellers > 0
    assert len(found) == written - travellers
    assert all(bank.story.startswith("bank", bank.offset) for bank in found)


def test_the_words_of_the_story_bear_the_meaning_out(found):
    for bank in found:
        words = re.sub(r"The bank by the river|(?!Now|When|Then)[A-Z]\w+ the clerk", "", bank.story)
        river, money = (len(kind.findall(words)) for kind in (RIVER_WORDS, MONEY_WORDS))
        assert bank.meaning == ("river" if river > money else "money"), bank.story
        assert river != money, bank.story


def test_both_meanings_have_nine_plots_and_share_the_running_example(found):
    plots = {
        meaning: {b.plot for b in found if b.meaning == meaning} for meaning in ("river", "money")
    }
    assert [len(names) for names in plots.values()] == [9, 9]
    assert not plots["river"] & plots["money"]
    running = {b.meaning for b in found if b.story.startswith("bank by the river", b.offset)}
    assert running == {"river", "money"}


def test_one_step_of_a_story_is_the_choice_of_its_plot(stories):
    """What `_plot` goes by: no other choice or draw has 42 ways to fall."""
    for story in stories[:500]:
        first, *rest = TOWN.derivation(story)
        plots = [step for step in rest if math.isclose(step.log_prob, -math.log(42))]
        assert len(plots) == (first.option == 0)


def test_a_sentence_begins_behind_the_one_before_it(found):
    sentences = {bank.sentence for bank in found}
    assert {"The bank", "At the bank", "The clerk of the bank"} <= sentences
    assert not [one for one in sentences if re.search(r"[.!?]", one) or not one.endswith("bank")]


def test_a_text_of_another_world_is_an_error():
    with pytest.raises(UserError, match="the town never says"):
        banks(TOWN, ["The bank was robbed."])
