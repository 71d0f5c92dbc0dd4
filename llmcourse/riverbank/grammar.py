"""A probabilistic grammar in which every text has exactly one derivation.

It holds the `atoms` that `building` made of the rules. Writing a document walks them and rolls the
dice at each choice; scoring walks the same atoms along a given text and reads which way the dice
fell. Both are one pass: `unambiguous` has shown that only one option of a choice can
begin with what comes next, so nothing is tried twice, and

    log P(text) = Σ log P(choice)   over the choices of the text's only derivation.

The entropy is a recursion over the grammar, exact, with no sampling (the chain rule; Cover and
Thomas, 2006, theorem 2.2.1):

    H(sequence) = Σ H(atom)     H(choice) = -Σ p log p + Σ p H(option)     H(draw of n) = log n

Left out: recursion (no rule contains itself), and so documents of unbounded length.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from llmcourse.riverbank.atoms import Choice, Draw, State, Table
from llmcourse.riverbank.building import Builder
from llmcourse.riverbank.notation import Say


class Step(NamedTuple):
    """One choice of a derivation: where it is spoken, which way it fell, its log-probability."""

    offset: int
    option: int
    log_prob: float


class OffGrammar(Exception):
    """Of this text the first `offset` characters, and no more, begin a document."""

    def __init__(self, offset: int):
        super().__init__(offset)
        self.offset = offset


class Grammar:
    """The documents of the rule `start`, each with an exact probability.

    `rules` maps names to pages in the notation, `tables` maps names to tables; `Builder` says what
    it raises for those that make no grammar.

    >>> page = "The (tide|2:river) rose.[ Then it fell.] (Good|Bad) night."
    >>> tides = Grammar({"tale": page}, {}, "tale")
    >>> round(math.exp(tides.log_prob("The tide rose. Bad night.")), 4)     # 1/3 × 1/2 × 1/2
    0.0833
    """

    def __init__(self, rules: Mapping[str, str], tables: Mapping[str, Table], start: str):
        self._root = Builder(rules, tables).build(start)

    def sample(self, random: Callable[[], float]) -> str:
        """Write a document. `random` gives uniform numbers in [0, 1)."""
        said: list[str] = []
        state: State = {}
        agenda = [*reversed(self._root)]
        while agenda:
            atom = agenda.pop()
            kind = type(atom)
            if kind is str:
                said.append(atom)
            elif kind is Say:
                said.append(state[atom.slot][atom.field])
            elif kind is Choice:
                agenda.extend(reversed(atom.options[atom.fall(random)]))
            else:
                number = atom.fall(random, state)
                state[atom.slot] = atom.entities[number]
                said.append(atom.values[number])
        return "".join(said)

    def derivation(self, text: str) -> list[Step]:
        """The choices that make this text, in the order of the text. Raises OffGrammar."""
        steps: list[Step] = []
        state: State = {}
        offset, agenda = 0, [*reversed(self._root)]
        while agenda:
            atom = agenda.pop()
            kind = type(atom)
            if kind is str or kind is Say:
                said = atom if kind is str else state[atom.slot][atom.field]
                if not text.startswith(said, offset):
                    raise OffGrammar(_reach((atom,), text, offset, state))
                offset += len(said)
                continue
            number = (_which if kind is Choice else Draw.read)(atom, text, offset, state)
            if number is None:
                raise OffGrammar(_reach((atom,), text, offset, state))
            steps.append(Step(offset, number, atom.log_probs[number]))
            if kind is Choice:
                agenda.extend(reversed(atom.options[number]))
            else:
                state[atom.slot] = atom.entities[number]
                offset += len(atom.values[number])
        if offset != len(text):
            raise OffGrammar(offset)
        return steps

    def log_prob(self, text: str) -> float:
        """Natural log of the document's probability, -inf where it isn't one."""
        try:
            return math.fsum(step.log_prob for step in self.derivation(text))
        except OffGrammar:
            return -math.inf

    def entropy(self) -> float:
        """Expected -log P of a document, in nats."""
        return _entropy(self._root)

    def documents(self) -> Iterator[tuple[str, float]]:
        """Every document with its log-probability. Stories are too many; sentences are not."""
        for text, log_prob, _ in _every(self._root, {}):
            yield text, log_prob


def _which(choice: Choice, text: str, offset: int, state: State) -> int | None:
    """The option that the text goes on with: the only one, as `unambiguous` has shown."""
    for number, option in enumerate(choice.options):
        first = option[0]
        if type(first) is str and not text.startswith(first, offset):
            continue
        if _opens(option, text, offset, state):
            return number
    return None


def _opens(sequence: tuple, text: str, offset: int, state: State) -> bool:
    """Whether the text goes on with an opening of the sequence (see `unambiguous`)."""
    for atom in sequence:
        kind = type(atom)
        if kind is Choice:
            return _which(atom, text, offset, state) is not None
        if kind is Draw:
            return atom.read(text, offset, state) is not None
        said = atom if kind is str else state[atom.slot][atom.field]
        if not text.startswith(said, offset):
            return False
        offset += len(said)
    return True


def _reach(sequence: tuple, text: str, offset: int, state: State) -> int:
    """How far the text agrees with some opening of a sequence that it doesn't go on with."""
    for atom in sequence:
        kind = type(atom)
        if kind is Choice:
            return max(_reach(option, text, offset, state) for option in atom.options)
        if kind is Draw:
            left = [atom.values[number] for number in atom.left(state)]
            return max(_agreement(value, text, offset) for value in left)
        said = atom if kind is str else state[atom.slot][atom.field]
        if not text.startswith(said, offset):
            return _agreement(said, text, offset)
        offset += len(said)
    return offset


def _agreement(said: str, text: str, offset: int) -> int:
    """The offset up to which the text says what was to be said."""
    for number, character in enumerate(said):
        if not text.startswith(character, offset + number):
            return offset + number
    return offset + len(said)


def _entropy(sequence: tuple) -> float:
    total = 0.0
    for atom in sequence:
        if isinstance(atom, Draw) and atom.without:
            total += math.log(atom.n_left)
        elif isinstance(atom, Draw | Choice):
            total -= math.fsum(p * math.log(p) for p in atom.probs if p)
        if isinstance(atom, Choice):
            odds = zip(atom.probs, atom.options, strict=True)
            total += math.fsum(p * _entropy(option) for p, option in odds)
    return total


def _every(sequence: tuple, state: State) -> Iterator[tuple[str, float, State]]:
    if not sequence:
        yield "", 0.0, state
        return
    first, rest = sequence[0], sequence[1:]
    for said, log_prob, after in _every_atom(first, state):
        for others, others_log_prob, end in _every(rest, after):
            yield said + others, log_prob + others_log_prob, end


def _every_atom(atom: object, state: State) -> Iterator[tuple[str, float, State]]:
    if isinstance(atom, str):
        yield atom, 0.0, state
    elif isinstance(atom, Say):
        yield state[atom.slot][atom.field], 0.0, state
    elif isinstance(atom, Choice):
        for option, log_prob in zip(atom.options, atom.log_probs, strict=True):
            for said, inner, after in _every(option, state):
                yield said, log_prob + inner, after
    else:
        for number in atom.left(state):
            entity = atom.entities[number]
            yield atom.values[number], atom.log_probs[number], {**state, atom.slot: entity}
