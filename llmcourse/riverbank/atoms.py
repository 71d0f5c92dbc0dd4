"""What a built grammar is made of: strings, `Say` (see `notation`), and two kinds of choice.

A `Choice` decides what is said next, a `Draw` decides whom or what a slot holds. Each knows the
exact probability of every way it can fall, how to fall at random, and how to read from a text which
way it fell.

A draw leaves out what earlier slots of the same document hold. It is uniform, so that how many
entities are left, and with it the draw's entropy, never depends on which ones they are.
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
    """A draw of an entity into a slot, leaving out what the slots in `without` hold."""

    __slots__ = (
        *("entities", "field", "index", "log_probs", "n_left", "number_of"),
        *("pattern", "probs", "slot", "table", "thresholds", "values", "without"),
    )

    def __init__(self, pick: Pick, table: Table, without: tuple[str, ...]):
        self.slot, self.field, self.table, self.without = pick.slot, pick.field, table, without
        self.entities, self.values = table.entities, table.values[pick.field]
        self.index = {name: number for number, name in enumerate(table.values["name"])}
        self.number_of = {value: number for number, value in enumerate(self.values)}
        self.pattern = re.compile("|".join(map(re.escape, self.values)))
        self.n_left = len(self.entities) - len(without)
        weights = table.weights or [1.0] * len(self.entities)
        self.probs, self.log_probs, self.thresholds = _distribution(weights)
        if table.weights is None:
            self.log_probs = [-math.log(self.n_left)] * len(weights)
            self.thresholds = None

    def fall(self, random: Callable[[], float], state: State) -> int:
        if self.thresholds is not None:
            return bisect_right(self.thresholds, random())
        number = int(random() * self.n_left)
        if self.without:
            for taken in self._taken(state):
                number += number >= taken
        return number

    def read(self, text: str, offset: int, state: State) -> int | None:
        """The number of the entity that is spoken at `offset`, None where it is no entity left."""
        found = self.pattern.match(text, offset)
        if found is None:
            return None
        number = self.number_of[found[0]]
        return None if self.without and number in self._taken(state) else number

    def left(self, state: State) -> list[int]:
        """The numbers of the entities that can be drawn."""
        taken = self._taken(state)
        return [number for number in range(len(self.entities)) if number not in taken]

    def _taken(self, state: State) -> list[int]:
        return sorted([self.index[state[slot]["name"]] for slot in self.without])


def _distribution(weights: Sequence[int | float]) -> tuple[list[float], list[float], list[float]]:
    """Probabilities, their logarithms, the thresholds that a uniform number is compared with."""
    total = sum(weights)
    probs = [weight / total for weight in weights]
    log_probs = [math.log(prob) if prob > 0 else -math.inf for prob in probs]
    return probs, log_probs, list(accumulate(probs[:-1]))
