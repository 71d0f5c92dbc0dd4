import math
import re
from collections import Counter, defaultdict

import pytest

from llmcourse.riverbank import Riverbank
from llmcourse.riverbank.notation import read_rule
from llmcourse.riverbank.tales import STORY_RULES

TOWN = Riverbank()


@pytest.fixture(scope="module")
def stories() -> list[str]:
    return TOWN.stories(10_000, seed=0)


def words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


def test_no_two_of_10_000_are_equal(stories):
    assert len(set(stories)) == len(stories)


def test_there_are_forty_plots_and_none_is_rare():
    frame, plots, work = (read_rule(STORY_RULES[name]) for name in ("story", "plot", "work"))
    (general, _), (at_work, _) = frame.options
    total = general + at_work
    shares = [general / total / len(plots.options)] * len(plots.options)
    shares += [at_work / total / len(work.options)] * len(work.options)
    assert len(shares) >= 40
    assert min(shares) >= 0.01


def test_vocabulary_is_that_of_a_first_reader(stories):
    counts = Counter(word for story in stories for word in words(story))
    assert 700 <= len(counts) <= 1300


def test_length_is_that_of_a_short_story(stories):
    lengths = sorted(map(len, stories))
    assert lengths[100] > 250
    assert lengths[-1] < 700
    assert sum(len(re.findall(r"[.!?]", story)) for story in stories) / len(stories) < 10


def test_surface_is_clean(stories):
    for story in stories:
        assert not re.search(r"  | [.,!?]|\.\.|,,|[{}<>()\[\]|]|\n|\b(\w+) \1\b|\ba [aeiou]", story)
        assert story[-1] in '.!?"'
        assert story.count('"') % 2 == 0
        for start in re.findall(r'(?:^|[.!?] )"?(\w)', re.sub(r'"[^"]*"', '"Q"', story)):
            assert start.isupper(), story


WET = {"mud", "muddy", "reeds", "ducks", "fish", "ducklings", "boat", "fishing", "picnic"}
RICH = {"coins", "coin", "vault", "loan"}


def test_the_sense_of_bank_can_be_told_from_other_words(stories):
    senses = Counter()
    for story in stories:
        told = set(words(story))
        if "bank" in told:
            # Both banks can have no money; the rest of the story decides.
            rich = bool(told & RICH)
            senses["money" if rich else "river"] += 1
            assert rich != bool(told & WET), story
    assert 0.25 < senses.total() / len(stories) < 0.45
    assert min(senses.values()) / senses.total() > 0.3


class FiveGram:
    """Interpolated Kneser-Ney (Kneser and Ney, 1995; discounts as in Chen and Goodman, 1999)."""

    ORDER = 5

    def __init__(self, texts: list[list[str]]):
        counts = [defaultdict(int) for _ in range(self.ORDER + 1)]
        for text in texts:
            padded = self._padded(text)
            for end in range(self.ORDER, len(padded) + 1):
                counts[self.ORDER][padded[end - self.ORDER : end]] += 1
        for order in range(self.ORDER, 1, -1):
            for gram in counts[order]:
                counts[order - 1][gram[1:]] += 1
        self.counts, self.context, self.kinds, self.discount = counts, [None], [None], [None]
        for grams in counts[1:]:
            context, kinds = defaultdict(int), defaultdict(int)
            for gram, count in grams.items():
                context[gram[:-1]] += count
                kinds[gram[:-1]] += 1
            once, twice = (sum(count == n for count in grams.values()) for n in (1, 2))
            self.context.append(context)
            self.kinds.append(kinds)
            self.discount.append(once / (once + 2 * twice) if once else 0.5)
        self.n_words = len(counts[1])

    def _padded(self, text: list[str]) -> tuple[str, ...]:
        return ("",) * (self.ORDER - 1) + tuple(text) + ("",)

    def surprise(self, text: list[str]) -> float:
        padded = self._padded(text)
        return -sum(
            math.log(self.prob(padded[end - self.ORDER : end]))
            for end in range(self.ORDER, len(padded) + 1)
        )

    def prob(self, gram: tuple[str, ...]) -> float:
        prob = 1 / self.n_words
        for order in range(1, self.ORDER + 1):
            tail = gram[self.ORDER - order :]
            total = self.context[order].get(tail[:-1])
            if total is None:
                break
            d = self.discount[order]
            kept = max(self.counts[order].get(tail, 0) - d, 0.0)
            prob = (kept + d * self.kinds[order][tail[:-1]] * prob) / total
        return prob


def test_five_words_are_not_enough_to_know_what_comes_next(stories):
    model = FiveGram([words(story) for story in stories])
    held_out = [words(story) for story in TOWN.stories(300, seed=1)]
    mean = sum(map(model.surprise, held_out)) / len(held_out)
    assert mean > 1.15 * TOWN.entropy()
