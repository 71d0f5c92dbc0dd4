import re

import pytest
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from llmcourse.riverbank.phrases import expand
from llmcourse.riverbank.tongues import PROSE, TONGUES

CODES = sorted(PROSE)


@pytest.fixture(scope="module")
def identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(CODES)
    return identifier


@pytest.mark.parametrize("code", CODES)
def test_another_identifier_knows_the_prose(code, identifier):
    sentences = re.split(r"(?<=\.)\s+", PROSE[code].strip())
    assert len(sentences) >= 14
    right = [identifier.classify(sentence)[0] == code for sentence in sentences]
    assert sum(right) >= len(right) - 1


@pytest.mark.parametrize("code", sorted(TONGUES))
def test_another_identifier_knows_the_sentences(code, identifier):
    slots = {"A": "Mia", "B": "Tom", "S": "Mill Street", "n": "12"}
    sentences = TONGUES[code].sentences
    first, last = (
        [expand(one, slots, lambda at=at: at)[0] for one in sentences] for at in (0, 0.99)
    )
    for sentence in first + last:
        assert not re.search(r"[(){}|]| [.,]|  ", sentence), sentence
        assert sentence[-1] in ".?"
    assert len(set(sentences)) == len(sentences) >= 15
    right = [identifier.classify(sentence)[0] == code for sentence in first + last]
    assert sum(right) >= 0.9 * len(right)
    assert any(set("AB") & set(re.findall(r"\{(\w)\}", one)) for one in sentences)  # English names


def test_english_is_not_foreign():
    assert set(PROSE) - set(TONGUES) == {"en"}
