"""A probabilistic grammar in which every text has exactly one derivation.

It turns the rules of `notation` into sequences of `atoms`. Writing a document walks a sequence and
rolls the dice at each choice; scoring walks the same sequence along a given text and reads which
way the dice fell. Both are one pass: `unambiguous` has shown that only one option of a choice can
begin with what comes next, so nothing is tried twice, and

    log P(text) = Σ log P(choice)   over the choices of the text's only derivation.

The entropy is a recursion over the grammar, exact, with no sampling (the chain rule; Cover and
Thomas, 2006, theorem 2.2.1):

    H(sequence) = Σ H(atom)     H(choice) = -Σ p log p + Σ p H(option)     H(draw of n) = log n

Left out: recursion (no rule contains itself), and so documents of unbounded length.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from os.path import commonprefix
from typing import NamedTuple

from llmcourse.riverbank.atoms import Choice, Draw, State, Table
from llmcourse.riverbank.notation import Either, Maybe, Pick, Reference, Say, read_rule
from llmcourse.riverbank.unambiguous import check_options, check_values


class Step(NamedTuple):
    """One choice of a derivation: where it is spoken, which option it took, log of its probability."""

    offset: int
    option: int
    log_prob: float


class OffGrammar(Exception):
    """The text leaves the language: its first `offset` characters, and no more, begin a document."""

    def __init__(self, offset: int):
        super().__init__(offset)
        self.offset = offset


class Grammar:
    """The documents of the rule `start`, each with an exact probability.

    `rules` maps names to pages in the notation, `tables` maps names to tables. Raises ValueError
    where two options can't be told apart, or a slot is said before it is drawn.

    >>> page = "The (tide|2:river) rose.[ Then it fell.] (Good|Bad) night."
    >>> tides = Grammar({"tale": page}, {}, "tale")
    >>> round(math.exp(tides.log_prob("The tide rose. Bad night.")), 4)     # 1/3 × 1/2 × 1/2
    0.0833
    """

    def __init__(self, rules: Mapping[str, str], tables: Mapping[str, Table], start: str):
        self._rules = {name: read_rule(page) for name, page in rules.items()}
        self._tables = tables
        for name, table in tables.items():
            check_values(name, table.values["name"])
        self._built: dict[tuple, tuple[tuple, dict[str, str]]] = {}
        self._root, _ = self._build((Reference(start),), {})

    def sample(self, random: Callable[[], float]) -> str:
        """Write a document. `random` gives uniform numbers in [0, 1)."""
        said: list[str] = []
        _write(self._root, {}, random, said.append)
        return "".join(said)

    def derivation(self, text: str) -> list[Step]:
        """The choices that make this text, in the order of the text. Raises OffGrammar."""
        steps: list[Step] = []
        end = _read(self._root, text, 0, {}, steps)
        if end != len(text):
            raise OffGrammar(end)
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
        """Every document with its log-probability. For small grammars: a story's would never end."""
        for text, log_prob, _ in _every(self._root, {}):
            yield text, log_prob

    def _build(self, items: Sequence, bound: dict[str, str]) -> tuple[tuple, dict[str, str]]:
        """Turn notation into atoms; `bound` maps the slots drawn so far to the names of their tables."""
        atoms: list = []
        for number, item in enumerate(items):
            if isinstance(item, Say) and item.slot not in bound:
                raise ValueError(f"{{{item.slot}.{item.field}}} is said before it is drawn")
            if isinstance(item, Maybe):
                rest, _ = self._build(items[number + 1 :], bound)
                body, _ = self._build(item.body, bound)
                atoms.append(self._choice([body + rest, rest], [1, 1], bound))
                break
            if isinstance(item, Pick):
                atoms.append(self._draw(item, bound))
                bound = {**bound, item.slot: item.table}
            elif isinstance(item, Reference | Either):
                inner, bound = self._expand(item, bound)
                atoms.extend(inner)
            else:
                atoms.append(item)
        return tuple(_joined(atoms)), bound

    def _expand(self, item: Reference | Either, bound: dict) -> tuple[tuple, dict[str, str]]:
        key = (item, *bound.items())
        if key not in self._built:
            options = (self._rules[item.rule] if isinstance(item, Reference) else item).options
            built = [self._build(body, bound) for _, body in options]
            # What comes after a choice may say only what every option has drawn.
            after = dict(set.intersection(*({*slots.items()} for _, slots in built)))
            after = {slot: after[slot] for slot in built[0][1] if slot in after}
            bodies = [body for body, _ in built]
            whole = bodies[0]
            if len(bodies) > 1:
                whole = (self._choice(bodies, [weight for weight, _ in options], bound),)
            self._built[key] = whole, after
        return self._built[key]

    def _choice(self, options: list[tuple], weights: list[int], bound: dict) -> Choice:
        check_options(options, {slot: self._tables[table] for slot, table in bound.items()})
        return Choice(options, weights)

    def _draw(self, pick: Pick, bound: dict[str, str]) -> Draw:
        table = self._tables[pick.table]
        if pick.field != "name":
            check_values(f"{pick.table}.{pick.field}", table.values[pick.field])
        without = []
        for slot, other in bound.items():
            names = self._tables[other].names
            if names <= table.names and table.weights is None:
                without.append(slot)
            elif names & table.names:
                raise ValueError(f"how many of {pick.table} are left depends on what {slot} holds")
        return Draw(pick, table, tuple(without))


def _joined(atoms: list) -> Iterator:
    """The atoms with neighbouring strings made one."""
    said = ""
    for atom in atoms:
        if isinstance(atom, str):
            said += atom
            continue
        if said:
            yield said
        said = ""
        yield atom
    if said:
        yield said


def _write(
    sequence: tuple, state: State, random: Callable[[], float], say: Callable[[str], None]
) -> None:
    for atom in sequence:
        kind = type(atom)
        if kind is str:
            say(atom)
        elif kind is Say:
            say(state[atom.slot][atom.field])
        elif kind is Choice:
            _write(atom.options[atom.fall(random)], state, random, say)
        else:
            number = atom.fall(random, state)
            state[atom.slot] = atom.entities[number]
            say(atom.values[number])


def _read(sequence: tuple, text: str, offset: int, state: State, steps: list[Step]) -> int:
    """Read the sequence from `offset` on, note its choices, give the offset of its end."""
    for atom in sequence:
        kind = type(atom)
        if kind is str or kind is Say:
            said = atom if kind is str else state[atom.slot][atom.field]
            if not text.startswith(said, offset):
                raise OffGrammar(_agreement(said, text, offset))
            offset += len(said)
        elif kind is Choice:
            number = _which(atom, text, offset, state)
            if number is None:
                raise OffGrammar(_reach((atom,), text, offset, state))
            steps.append(Step(offset, number, atom.log_probs[number]))
            offset = _read(atom.options[number], text, offset, state, steps)
        else:
            number = atom.read(text, offset, state)
            if number is None:
                raise OffGrammar(_reach((atom,), text, offset, state))
            steps.append(Step(offset, number, atom.log_probs[number]))
            state[atom.slot] = atom.entities[number]
            offset += len(atom.values[number])
    return offset


def _which(choice: Choice, text: str, offset: int, state: State) -> int | None:
    for number, option in enumerate(choice.options):
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
    """The offset up to which the text says the same."""
    return offset + len(commonprefix([said, text[offset : offset + len(said)]]))


def _entropy(sequence: tuple) -> float:
    total = 0.0
    for atom in sequence:
        if isinstance(atom, Draw) and atom.thresholds is None:
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
