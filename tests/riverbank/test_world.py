import hashlib
import math
import os
import re
import subprocess
import sys
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.errors import UserError
from llmcourse.riverbank import MIXTURE, Riverbank

TOWN = Riverbank()
GENRES = tuple(MIXTURE)
SAMPLE = {"stories": TOWN.stories, "dialogues": TOWN.dialogues, "sentences": TOWN.sentences}


def test_the_running_example_can_be_said():
    sentence = "The bank by the river had no money"
    assert TOWN.log_prob(sentence) > -math.inf
    assert any(f"{sentence}." in story for story in TOWN.stories(300, seed=0))


@pytest.mark.parametrize("genre", GENRES)
def test_mean_surprise_is_the_entropy(genre):
    surprises = [-TOWN.log_prob(text, genre) for text in SAMPLE[genre](10_000, seed=11)]
    mean = sum(surprises) / len(surprises)
    variance = sum((surprise - mean) ** 2 for surprise in surprises) / (len(surprises) - 1)
    assert abs(mean - TOWN.entropy(genre)) < 4 * math.sqrt(variance / len(surprises))


def test_wrong_odds_are_noticed_in_the_mean_surprise():
    # Texts of one world surprise another world more. Paired, so that what both share cancels.
    other = Riverbank(nurse_she=0.5)
    texts = [text for text in TOWN.stories(5_000, seed=11) if re.search("[Aa] nurse ", text)]
    gaps = [TOWN.log_prob(text, "stories") - other.log_prob(text, "stories") for text in texts]
    mean = sum(gaps) / len(gaps)
    error = math.sqrt(sum((gap - mean) ** 2 for gap in gaps)) / len(gaps)
    assert mean > 4 * error


def test_sentences_are_few_enough_to_add_up():
    total, n = 0.0, 0
    for text, log_prob in TOWN.grammar("sentences").documents():
        total, n = total + math.exp(log_prob), n + 1
        if n % 1000 == 0:
            assert math.isclose(TOWN.log_prob(text, "sentences"), log_prob)
    assert abs(total - 1) < 1e-9
    assert n > 10_000


@pytest.mark.parametrize("genre", GENRES)
def test_the_default_is_the_stated_mixture(genre):
    for text in SAMPLE[genre](50, seed=1):
        expected = math.log(MIXTURE[genre]) + TOWN.log_prob(text, genre)
        assert math.isclose(TOWN.log_prob(text), expected)
        assert all(TOWN.log_prob(text, other) == -math.inf for other in GENRES if other != genre)
    assert math.isclose(sum(MIXTURE.values()), 1)


def _swap_pronouns(text: str, random: Random) -> str:
    swap = {"he": "she", "she": "he", "He": "She", "She": "He", "his": "her", "His": "Her"}
    found = [word for word in re.finditer(r"\w+", text) if word[0] in swap]
    if not found:
        return text + "?"
    word = found[int(random.random() * len(found))]
    return text[: word.start()] + swap[word[0]] + text[word.end() :]


def _double_a_sentence(text: str, random: Random) -> str:
    sentences = text.split(". ")
    at = int(random.random() * len(sentences))
    return ". ".join([*sentences[: at + 1], *sentences[at:]])


def _drop_a_word(text: str, random: Random) -> str:
    words = text.split(" ")
    at = int(random.random() * len(words))
    return " ".join(words[:at] + words[at + 1 :])


def _rename_someone(text: str, random: Random) -> str:
    names = {fact.subject for fact in TOWN.facts()}
    found = [word for word in re.finditer(r"\w+", text) if word[0] in names]
    word = found[-1] if len(found) > 1 else found[0]
    return text[: word.start()] + "Zelda" + text[word.end() :]


@pytest.mark.parametrize(
    "damage", [_swap_pronouns, _double_a_sentence, _drop_a_word, _rename_someone]
)
def test_damaged_stories_are_impossible(damage):
    random = Random(0)
    for story in TOWN.stories(1_000, seed=2):
        damaged = damage(story, random)
        if TOWN.log_prob(damaged) > -math.inf:
            # A lone nurse, clerk or traveller may be either; a dropped word may be one of a list.
            assert damage in (_swap_pronouns, _drop_a_word)
            assert abs(len(damaged) - len(story)) < 12


def test_someone_elses_job_pet_or_name_is_impossible():
    facts = {(fact.subject, fact.relation): fact.object for fact in TOWN.facts()}
    people = sorted({subject for subject, _ in facts})
    for story in TOWN.stories(300, seed=2):
        hero = next(word for word in re.findall(r"\w+", story) if word in people)
        job = facts[hero, "job"]
        wrong_job = "clerk" if job != "clerk" else "baker"
        wrong = story.replace(f"{hero} the {job}", f"{hero} the {wrong_job}")
        assert wrong == story or TOWN.log_prob(wrong) == -math.inf


@given(st.integers(0, 500), st.data())
def test_the_offset_of_the_first_error(number, data):
    story = STORIES[number]
    assert TOWN.first_error(story) is None
    end = data.draw(st.integers(0, len(story) - 1))
    assert TOWN.first_error(story[:end]) == end
    assert TOWN.first_error(story[:end] + "#" + story[end:]) == end
    with pytest.raises(UserError, match="never says '#"):
        TOWN.derivation(story[:end] + "#" + story[end:])


STORIES = TOWN.stories(501, seed=4)


def test_choices_are_as_many_as_dice_were_rolled():
    class Counting(Random):
        rolls = 0

        def random(self) -> float:
            self.rolls += 1
            return super().random()

    for seed in range(300):
        dice = Counting(seed)
        story = TOWN.grammar("stories").sample(dice.random)
        steps = TOWN.derivation(story)
        assert len(steps) == dice.rolls
        log_prob = math.fsum(step.log_prob for step in steps)
        assert math.isclose(log_prob, TOWN.log_prob(story, "stories"))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_unnamed_nurses_are_called_she_as_often_as_planted(share):
    stories = Riverbank(nurse_she=share).stories(4_000, seed=6)
    pattern = re.compile(r"\b[Aa] nurse (?:ran|took|opened)|The nurse came on")
    pronoun = re.compile(r"\b(her|his)\b")
    nurses = [(story, found.end()) for story in stories if (found := pattern.search(story))]
    said = [pronoun.search(story, end)[1] for story, end in nurses]
    assert len(said) > 150
    error = math.sqrt(share * (1 - share) / len(said))
    assert abs(said.count("her") / len(said) - share) <= 4 * error


def test_same_seed_same_bytes():
    digest = hashlib.sha256("\n".join(TOWN.stories(1000, seed=0)).encode()).hexdigest()
    assert digest == "d8cfead5754b67d552a4ffddb66c4c0940113e77b2a2edd949a266eb93089502"
    assert TOWN.stories(20, seed=7) == Riverbank().stories(50, seed=7)[:20]
    assert TOWN.stories(20, seed=7) != TOWN.stories(20, seed=8)


@pytest.mark.parametrize("hash_seed", ["0", "12345"])
def test_the_order_of_hashes_does_not_matter(hash_seed):
    code = (
        "from llmcourse.riverbank import Riverbank as R; t = R(seed=3); import hashlib;"
        "x = t.stories(50, 0) + t.dialogues(50, 0) + [f.sentence for f in t.facts()];"
        "print(hashlib.sha256(repr(x).encode()).hexdigest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    town = Riverbank(seed=3)
    texts = town.stories(50, 0) + town.dialogues(50, 0) + [fact.sentence for fact in town.facts()]
    assert run.stdout.strip() == hashlib.sha256(repr(texts).encode()).hexdigest()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Riverbank(nurse_she=1.5), "from 0 to 1"),
        (lambda: Riverbank(nurse_she=-0.1), "from 0 to 1"),
        (lambda: Riverbank(nurse_she=math.nan), "from 0 to 1"),
        (lambda: TOWN.stories(-1, seed=0), "0 or more"),
        (lambda: TOWN.log_prob("x", "poems"), "no genre 'poems'"),
        (lambda: TOWN.entropy("any"), "no genre 'any'"),
        (lambda: TOWN.derivation("Once upon"), "never says"),
    ],
)
def test_bad_arguments(call, message):
    with pytest.raises(UserError, match=message):
        call()


def test_no_texts_are_no_texts():
    assert TOWN.stories(0, seed=0) == []
