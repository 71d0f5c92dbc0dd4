"""The course's own model against the floor and the grammar, and the measures on texts by hand."""

import pytest

from llmcourse import zoo
from llmcourse.decoding import Sampler
from llmcourse.evaluation import evaluate, sample_texts, valid_share
from llmcourse.riverbank import Riverbank
from llmcourse.training import PRESETS


@pytest.fixture(scope="module")
def trained() -> zoo.LanguageModel:
    return zoo.load("riverbank")


def test_the_courses_model_is_near_the_floor_and_not_below_it(trained):
    found = evaluate(trained.network, trained.tokenizer, PRESETS["tiny"], samples=200)
    assert found.loss > found.floor - 3 * found.error  # else a choice leaves no trace in the text
    assert found.above_floor < 0.1
    assert found.above_floor == pytest.approx(found.loss / found.floor - 1)
    # 80 % and more are wanted; of 200 samples the share has a standard error of 3 %.
    assert found.valid_share > 0.74
    assert found.valid_share_min_p > found.valid_share


def test_samples_repeat_with_the_seed_and_no_two_batches_are_alike(trained):
    network, tokenizer = trained.network, trained.tokenizer
    texts = sample_texts(network, tokenizer, 60, Sampler(seed=3))
    assert texts == sample_texts(network, tokenizer, 60, Sampler(seed=3))
    assert len(set(texts)) == 60


def test_valid_is_what_the_town_could_have_said_word_for_word():
    town = Riverbank()
    told = town.stories(4, seed=1)
    assert valid_share(told, town) == 1
    assert valid_share([told[0], told[1] + "?"], town) == 0.5
    assert valid_share([""], town) == 0
