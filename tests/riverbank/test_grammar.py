import math
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmcourse.riverbank.atoms import Choice, Table
from llmcourse.riverbank.grammar import Grammar, OffGrammar

PEOPLE = Table(
    [
        {"name": "Ann", "He": "She", "his": "her"},
        {"name": "Bob", "He": "He", "his": "his"},
        {"name": "Cleo", "He": "She", "his": "her"},
    ]
)
DUSK = {
    "tale": """
        {A:person} met {B:person-A}.[ {A.He} sang.] Then <end>

        3: It (rained|2:snowed). <end>
    """,
    "end": "(all|{C:person}|{C.his:nobody} dog) slept.",
}
NOBODY = Table([{"name": "she", "his": "her"}, {"name": "he", "his": "his"}], (0.9, 0.1))


@pytest.fixture(scope="module")
def dusk() -> Grammar:
    return Grammar(DUSK, {"person": PEOPLE, "nobody": NOBODY}, "tale")


def test_log_prob_of_a_document_worked_out_on_paper(dusk):
    # The first paragraph has weight 1 of 4, Ann is 1 of 3, Bob 1 of the 2 left, no song 1/2,
    # the second end 1/3 and Cleo 1 of 3.
    met = dusk.log_prob("Ann met Bob. Then Cleo slept.")
    snowed = dusk.log_prob("It snowed. her dog slept.")
    assert math.isclose(met, math.log(1 / 4 * 1 / 3 * 1 / 2 * 1 / 2 * 1 / 3 * 1 / 3))
    assert math.isclose(snowed, math.log(3 / 4 * 2 / 3 * 1 / 3 * 0.9))


def test_probabilities_of_all_documents_sum_to_one(dusk):
    documents = dict(dusk.documents())
    # 3 × 2 pairs, song or none, 6 ends; rain or snow, 6 ends.
    assert len(documents) == 3 * 2 * 2 * 6 + 2 * 6
    assert math.isclose(math.fsum(map(math.exp, documents.values())), 1, abs_tol=1e-12)
    for text, log_prob in documents.items():
        assert math.isclose(dusk.log_prob(text), log_prob)


def test_entropy_is_that_of_the_listed_documents(dusk):
    listed = -math.fsum(math.exp(log_prob) * log_prob for _, log_prob in dusk.documents())
    assert math.isclose(dusk.entropy(), listed, rel_tol=1e-12)


def test_samples_fall_as_often_as_their_probability_says(dusk):
    n = 20_000
    random = Random(0).random
    counts = Counter(dusk.sample(random) for _ in range(n))
    expected = {text: n * math.exp(log_prob) for text, log_prob in dusk.documents()}
    chi_square = sum((counts[text] - count) ** 2 / count for text, count in expected.items())
    freedom = len(expected) - 1
    assert counts.keys() <= expected.keys()
    assert abs(chi_square - freedom) < 4 * math.sqrt(2 * freedom)


class Recorder(Random):
    """Notes each number drawn, so that a test can tell which way the dice fell."""

    def __init__(self, seed: int):
        super().__init__(seed)
        self.drawn: list[float] = []

    def random(self) -> float:
        self.drawn.append(super().random())
        return self.drawn[-1]


@given(st.integers(0, 2**32))
def test_a_text_gives_its_own_choices_back(dusk, seed):
    recorder = Recorder(seed)
    text = dusk.sample(recorder.random)
    steps = dusk.derivation(text)
    assert len(steps) == len(recorder.drawn)
    # Dice that fall as the derivation says write the same text again.
    assert dusk.sample(iter(recorder.drawn).__next__) == text
    assert [step.offset for step in steps] == sorted(step.offset for step in steps)


@given(st.integers(0, 2**32), st.data())
def test_a_cut_off_document_is_none(dusk, seed, data):
    text = dusk.sample(Random(seed).random)
    end = data.draw(st.integers(0, len(text) - 1))
    assert dusk.log_prob(text[:end]) == -math.inf
    with pytest.raises(OffGrammar) as error:
        dusk.derivation(text[:end])
    assert error.value.offset == end


def test_the_first_error_is_the_end_of_the_longest_good_beginning(dusk):
    documents = [text for text, _ in dusk.documents()]
    good = {text[:end] for text in documents for end in range(len(text) + 1)}
    wrong = [
        "Ann met Ann. Then all slept.",
        "Ann met Bob. He sang.",
        "Ann met Bob. Then Ann sat.",
    ]
    wrong += ["It rained. all slept!", "It rained. all slept. ", "It rained. all sleep.", "x"]
    for text in wrong:
        with pytest.raises(OffGrammar) as error:
            dusk.derivation(text)
        assert text[: error.value.offset] in good
        assert text[: error.value.offset + 1] not in good


def test_zero_weight_is_never_said_and_has_no_probability():
    sure = Table([{"name": "she", "his": "her"}, {"name": "he", "his": "his"}], (1.0, 0.0))
    grammar = Grammar({"tale": "{N.his:nurse} bag"}, {"nurse": sure}, "tale")
    random = Random(0).random
    assert {grammar.sample(random) for _ in range(1000)} == {"her bag"}
    assert grammar.log_prob("his bag") == -math.inf
    assert grammar.entropy() == 0


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_choice_normalises_its_weights(weights):
    choice = Choice([(str(weight),) for weight in weights], weights)
    assert math.isclose(math.fsum(choice.probs), 1)
    assert choice.fall(lambda: 0.0) == 0
    assert choice.fall(lambda: 1 - 2**-53) == len(weights) - 1
