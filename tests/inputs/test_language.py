"""Naive Bayes against its formula, against py3langid, and on text that isn't ours.

`article_1.json` is Article 1 of the Universal Declaration of Human Rights (United Nations, 1948) in
the languages of the crawl.
"""

import json
import math
import random
import re
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE
from py3langid.langid import LanguageIdentifier as Py3LangID

from llmcourse.errors import UserError
from llmcourse.inputs.language import READ, LanguageIdentifier
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.tongues import PROSE, TONGUES

IDENTIFIER = LanguageIdentifier.train(PROSE.items())
ARTICLE_1 = json.loads(Path(__file__).with_name("article_1.json").read_text(encoding="utf-8"))
CRAWL = [page for page in Riverbank().dirty(3000, seed=11) if "garbled" not in page.labels]
FOREIGN = [page for page in CRAWL if "foreign" in page.labels]


@pytest.fixture(scope="module")
def py3langid() -> Py3LangID:
    identifier = Py3LangID.from_model_file(MODEL_FILE)
    identifier.set_languages(list(PROSE))
    return identifier


@pytest.mark.parametrize("pages", [CRAWL, FOREIGN], ids=["all", "foreign"])
def test_pages_whose_templates_it_has_not_seen(pages):
    right = [IDENTIFIER.language(page.text) == page.language for page in pages]
    assert sum(right) / len(right) >= 0.985


def test_no_language_is_left_behind():
    for code in TONGUES:
        pages = [page for page in FOREIGN if page.language == code]
        right = [IDENTIFIER.language(page.text) == code for page in pages]
        assert sum(right) / len(right) >= 0.9, code


def test_text_that_is_not_ours():
    assert {code: IDENTIFIER.language(text) for code, text in ARTICLE_1.items()} == {
        code: code for code in PROSE
    }


def test_single_sentences_and_fragments_that_are_not_ours():
    fragments = [
        (code, " ".join(words[i : i + 8]))
        for code, text in ARTICLE_1.items()
        for words in [text.split()]
        for i in range(0, len(words) - 7, 8)
    ]
    assert len(fragments) > 30
    right = [IDENTIFIER.language(text) == code for code, text in fragments]
    assert sum(right) / len(right) >= 0.9


def test_another_identifier_agrees(py3langid):
    for texts in ([page.text for page in CRAWL], list(ARTICLE_1.values())):
        same = [IDENTIFIER.language(text) == py3langid.classify(text)[0] for text in texts]
        assert sum(same) / len(same) >= 0.98


def by_formula(
    texts: dict[str, str], longest: int, smoothing: float, text: str
) -> dict[str, float]:
    """Without hashes: every run has a row of its own, and the others are rows that nobody has."""

    def runs(text):
        letters = f" {re.sub(r'[^a-zäß]+', ' ', text.lower()).strip()} "
        return [
            letters[i : i + n] for n in range(1, longest + 1) for i in range(len(letters) - n + 1)
        ]

    scores = {}
    for language, given_text in texts.items():
        counts = Counter(runs(given_text))
        total = {
            n: sum(c for run, c in counts.items() if len(run) == n) for n in range(1, longest + 1)
        }
        scores[language] = sum(
            math.log((counts[run] + smoothing) / (total[len(run)] + smoothing * 2**15))
            for run in runs(text)
        )
    return scores


@given(st.text("abßä .1", max_size=30), st.integers(1, 3), st.floats(0.01, 2))
def test_the_score_is_the_formula(text, longest, smoothing):
    texts = {"one": "abba baß a 1 ba", "other": "ab bä ääb, abbba"}  # no two runs share a bucket
    if not re.search("[a-zäß]", text):
        return
    identifier = LanguageIdentifier.train(texts.items(), longest=longest, smoothing=smoothing)
    expected = by_formula(texts, longest, smoothing, text)
    assert identifier.scores(text) == pytest.approx(expected, rel=1e-4)


def test_probabilities_are_bayes():
    scores = IDENTIFIER.scores("Ein")
    total = math.log(sum(math.exp(score - scores["de"]) for score in scores.values()))
    expected = {code: math.exp(score - scores["de"] - total) for code, score in scores.items()}
    assert IDENTIFIER.probabilities("Ein") == pytest.approx(expected, abs=1e-6)
    assert sum(IDENTIFIER.probabilities(PROSE["fi"]).values()) == pytest.approx(1)
    assert IDENTIFIER.probabilities("")["de"] == pytest.approx(1 / len(PROSE))


@pytest.mark.parametrize("text", ["", " \n", "12 345,67", "!?", "🙂", "___"])
def test_no_letter_is_no_language(text):
    assert IDENTIFIER.language(text) is None


@pytest.mark.parametrize("text", ["a", "æ", "中文", "\ud800 x", "İ", "A" * 5000, "\x00z"])
def test_any_letter_has_a_nearest_language(text):
    assert IDENTIFIER.language(text) in PROSE


def test_case_digits_and_spaces_tell_nothing():
    plain = "Where is the dog of Mia?"
    assert IDENTIFIER.scores(plain) == IDENTIFIER.scores("  WHERE is\n\nthe 12 dog -- of  Mia  ")


def test_only_the_beginning_is_read():
    text = PROSE["sv"][:READ]
    assert IDENTIFIER.scores(text + PROSE["it"]) == IDENTIFIER.scores(text)


def test_the_order_of_texts_does_not_matter():
    lines = [(code, line) for code, text in PROSE.items() for line in text.strip().split("\n")]
    random.Random(0).shuffle(lines)
    identifier = LanguageIdentifier.train(lines)
    assert identifier.language("Var är min hund?") == "sv"
    assert sum(identifier.language(text) == code for code, text in ARTICLE_1.items()) == len(PROSE)


def test_it_is_trained_in_a_second():
    before = time.process_time()
    LanguageIdentifier.train(PROSE.items())
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: LanguageIdentifier.train([]), "Texts of 0 languages were given"),
        (lambda: LanguageIdentifier.train([("en", "a"), ("en", "b")]), "Texts of 1 languages"),
        (lambda: LanguageIdentifier.train([("en", "a"), ("de", "12")]), "No letter of .* 'de'"),
        (lambda: LanguageIdentifier.train(PROSE.items(), longest=0), "longest of 1 or more"),
        (lambda: LanguageIdentifier.train(PROSE.items(), smoothing=0.0), "smoothing above 0"),
    ],
)
def test_errors_say_what_to_do(call, message):
    with pytest.raises(UserError, match=message):
        call()
