"""What a built grammar is made of: strings, `Say` (see `notation`), and two kinds of choice.

A `Choice` decides what is said next, a `Draw` decides whom or what a slot holds. Each knows the
exact probability of every way it can fall, how to fall at random, and how to read from a text which
way it fell.

A draw that leaves out what an earlier slot holds is uniform, so that its entropy, log n, doesn't
depend on what that is.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate

from llmcourse.riverbank.notation import Pick

Entity = Mapping[str, str]
State = dict[str, Entity]


class Table:
    """What a slot can hold: entities with a unique `name`, equally likely unless given weights."""

    def __init__(self, entities: Sequence[Entity], weights: Sequence[int | float] | None = None):
        self.entities, self.weights = entities, weights
        # For each field, what it says of each entity, and how that begins.
        self.values = {field: [entity[field] for entity in entities] for field in entities[0]}
        self.letters = {field: {value[0] for value in self.values[field]} for field in self.values}
        self.names = frozenset(self.values["name"])


class Choice:
    """A choice between sequences of atoms, each with a probability."""

    __slots__ = ("log_probs", "options", "probs", "thresholds")

    def __init__(self, options: Sequence[tuple], weights: Sequence[int | float]):
        self.options = tuple(options)
        self.probs, self.log_probs, self.thresholds = _distribution(weights)

    def fall(self, random: Callable[[], float]) -> int:
        return bisect_right(self.thresholds, random())


class Draw:
    """A draw of an entity into a slot, leaving out what the slot `without` holds, if any."""

    __slots__ = (
        *("entities", "field", "log_probs", "n_left", "number_of", "numbers", "pattern"),
        *("probs", "slot", "table", "thresholds", "values", "without"),
    )

    def __init__(self, pick: Pick, table: Table):
        self.slot, self.field, self.table, self.without = pick.slot, pick.field, table, pick.without
        self.entities, self.values = table.entities, table.values[pick.field]
        self.numbers = {name: number for number, name in enumerate(table.values["name"])}
        self.number_of = {value: number for number, value in enumerate(self.values)}
        self.pattern = re.compile("|".join(map(re.escape, self.values)))
        self.n_left = len(self.entities) - bool(pick.without)
        weights = table.weights or [1.0] * len(self.entities)
        self.probs, self.log_probs, self.thresholds = _distribution(weights)
        if pick.without:
            self.log_probs = [-math.log(self.n_left)] * len(self.entities)

    def fall(self, random: Callable[[], float], state: State) -> int:
        if not self.without:
            return bisect_right(self.thresholds, random())
        number = int(random() * self.n_left)
        return number + (number >= self._left_out(state))

    def read(self, text: str, offset: int, state: State) -> int | None:
        """The number of the entity that is spoken at `offset`, None where it is no entity left."""
        found = self.pattern.match(text, offset)
        if found is None:
            return None
        number = self.number_of[found[0]]
        return None if self.without and number == self._left_out(state) else number

    def left(self, state: State) -> list[int]:
        """The numbers of the entities that can be drawn."""
        out = self._left_out(state) if self.without else None
        return [number for number in range(len(self.entities)) if number != out]

    def _left_out(self, state: State) -> int:
        return self.numbers[state[self.without]["name"]]


def _distribution(weights: Sequence[int | float]) -> tuple[list[float], list[float], list[float]]:
    """Probabilities, their logarithms, the thresholds that a uniform number is compared with."""
    total = sum(weights)
    probs = [weight / total for weight in weights]
    log_probs = [math.log(prob) if prob > 0 else -math.inf for prob in probs]
    return probs, log_probs, list(accumulate(probs[:-1]))
