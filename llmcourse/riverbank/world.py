"""Riverbank: a small town about which everything is known, and all the texts it can say.

Each genre is a `Grammar`, so every text has an exact probability and every corpus an exact entropy
floor: on average no model can need fewer nats a document than `entropy(genre)`. A sample of a model
is a text of the town or it isn't, and a statement about a resident is true or it isn't; no judge is
asked.

Left out until a step needs them: preferences, word problems, scenes.
"""

import math
from functools import cached_property
from random import Random

from llmcourse.errors import UserError
from llmcourse.riverbank.dialogues import DIALOGUE_RULES
from llmcourse.riverbank.dirty import DirtyDocument, crawl
from llmcourse.riverbank.grammar import Grammar, OffGrammar, Step
from llmcourse.riverbank.sentences import SENTENCE_RULES
from llmcourse.riverbank.tales import STORY_RULES
from llmcourse.riverbank.town import Fact, Town
from llmcourse.riverbank.words import TABLES, unnamed

# The default distribution of `log_prob`: nine texts in ten are stories.
MIXTURE = {"stories": 0.90, "dialogues": 0.08, "sentences": 0.02}
_RULES = {
    "stories": (STORY_RULES, "story"),
    "dialogues": (DIALOGUE_RULES, "dialogue"),
    "sentences": (SENTENCE_RULES, "sentence"),
}


class Riverbank:
    """A town made from `seed`, in which an unnamed nurse is a "she" with probability `nurse_she`.

    The same arguments give the same bytes on every platform. `genre` is "stories", "dialogues",
    "sentences", or where it says so "any": the mixture of the three with the weights `MIXTURE`.

    Raises UserError for a genre that isn't there, a negative n, or a `nurse_she` outside [0, 1].

    >>> Riverbank().stories(1, seed=0)
    >>> Riverbank().log_prob("The bank by the river had no money") > float("-inf")
    True
    """

    def __init__(self, seed: int = 0, nurse_she: float = 0.8):
        if not 0 <= nurse_she <= 1:
            raise UserError(
                f"nurse_she is {nurse_she}, which is no probability.",
                todo="Give a number from 0 to 1.",
            )
        self.seed, self.nurse_she = seed, nurse_she
        self._town = Town(seed)
        self._grammars: dict[str, Grammar] = {}

    def stories(self, n: int, seed: int) -> list[str]:
        """The first n stories of the stream `seed`."""
        return self._sample("stories", n, seed)

    def dialogues(self, n: int, seed: int) -> list[str]:
        """The first n dialogues of the stream `seed`; `Dialogue.read` splits one into turns."""
        return self._sample("dialogues", n, seed)

    def sentences(self, n: int, seed: int) -> list[str]:
        """The first n single sentences of the stream `seed`."""
        return self._sample("sentences", n, seed)

    def dirty(self, n: int, seed: int) -> list[DirtyDocument]:
        """The first n pages of the crawl `seed`: the town as the web would give it, with labels."""
        return crawl(self._town, self.grammar, n, seed)

    def facts(self) -> list[Fact]:
        """Everything that is true of the residents, told or held out."""
        return self._town.facts()

    def is_true(self, statement: str) -> bool | None:
        """Whether the town bears a statement out; None for what it doesn't know.

        >>> Riverbank().is_true(Riverbank().facts()[0].sentence)
        True
        """
        return self._town.is_true(statement)

    def log_prob(self, text: str, genre: str = "any") -> float:
        """Natural log of the exact probability of a document, -inf where the town can't say it."""
        if genre != "any":
            return self.grammar(genre).log_prob(text)
        # No two genres share a text (a sentence has no full stop, a dialogue begins with a
        # question), so the largest term of the mixture is its only one.
        return max(math.log(weight) + self.log_prob(text, one) for one, weight in MIXTURE.items())

    def entropy(self, genre: str = "stories") -> float:
        """The floor: the expected -log_prob of a document of one genre, in nats."""
        return self.grammar(genre).entropy()

    def derivation(self, text: str, genre: str = "stories") -> list[Step]:
        """The choices that the text was made by: where each is spoken and how probable it was.

        Raises UserError, with the place, where the text isn't a document of the genre.
        """
        try:
            return self.grammar(genre).derivation(text)
        except OffGrammar as error:
            said, wrong = text[: error.offset][-40:], text[error.offset :][:20]
            raise UserError(
                f"After {said!r} the town never says {wrong!r}.",
                todo=f"Give a whole text of the genre {genre!r}.",
            ) from None

    def first_error(self, text: str, genre: str = "stories") -> int | None:
        """How many characters of the text still begin some document; None where all is well.

        A cut-off document gives its own length.
        """
        try:
            self.grammar(genre).derivation(text)
        except OffGrammar as error:
            return error.offset
        return None

    def grammar(self, genre: str) -> Grammar:
        """The grammar of one genre, built when it is first asked for."""
        if genre not in _RULES:
            raise UserError(
                f"There is no genre {genre!r}.", todo=f"Choose one of {', '.join(_RULES)}."
            )
        if genre not in self._grammars:
            rules, start = _RULES[genre]
            self._grammars[genre] = Grammar(rules, self._tables, start)
        return self._grammars[genre]

    @cached_property
    def _tables(self) -> dict:
        strangers = {"nurse": unnamed(self.nurse_she), "stranger": unnamed(0.5)}
        return {**self._town.tables(), **TABLES, **strangers}

    def _sample(self, genre: str, n: int, seed: int) -> list[str]:
        if n < 0:
            raise UserError(f"{n} texts were asked for.", todo="Ask for 0 or more.")
        grammar = self.grammar(genre)
        random = Random(f"riverbank {genre} {seed}").random
        return [grammar.sample(random) for _ in range(n)]
