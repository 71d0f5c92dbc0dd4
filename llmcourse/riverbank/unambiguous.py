"""The proof that every text has one derivation, made when a grammar is built.

A reader of a text must know at each choice, from what comes next alone, which option was taken. The
*opening* of an option is what it says up to and including its first own decision. If no text of one
option's openings begins a text of another's, the reader can't be in doubt; this is the LL condition
of compilers (Lewis and Stearns, 1968) with openings in place of single tokens. A grammar that meets
it at every choice gives each text one derivation, and no document is the beginning of another.

The check compares openings atom by atom. A slot that was drawn without what another holds has
another name; its pronoun may be the same, and the check says so.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from llmcourse.riverbank.atoms import Choice, Draw, Table
from llmcourse.riverbank.notation import Say

_Opening = tuple  # of strings, Say and at most one Draw, which is then the last


def check_values(where: str, values: Sequence[str]) -> None:
    """Raise ValueError where one value of a table begins another."""
    ordered = sorted(values)
    for shorter, longer in pairwise(ordered):
        if longer.startswith(shorter):
            raise ValueError(f"{where}: {shorter!r} and {longer!r} can't be told apart")


class Held(NamedTuple):
    """What a slot can hold, and the slot whose entity it was kept from drawing."""

    table: Table
    without: str | None


def check_options(options: Sequence[tuple], slots: Mapping[str, Held]) -> None:
    """Raise ValueError where two options can begin with the same text; `slots` are those drawn."""
    seen: list[tuple[int, _Opening, set[str]]] = []
    for number, option in enumerate(options):
        for opening in _openings(option):
            if not opening:
                raise ValueError("a reader can't tell that an option which says nothing was taken")
            letters = _first_letters(opening[0], slots)
            for other, theirs, their_letters in seen:
                if other == number or letters.isdisjoint(their_letters):
                    continue
                if _confusable(opening, theirs, slots):
                    raise ValueError(f"a reader can't tell {_shown(opening)} from {_shown(theirs)}")
            seen.append((number, opening, letters))


def _openings(sequence: tuple) -> list[_Opening]:
    said = []
    for atom in sequence:
        if isinstance(atom, Choice):
            return [(*said, *rest) for option in atom.options for rest in _openings(option)]
        said.append(atom)
        if isinstance(atom, Draw):
            break
    return [tuple(said)]


def _confusable(one: _Opening, other: _Opening, slots: Mapping[str, Held]) -> bool:
    """Whether some text of one opening begins some text of the other."""
    while one and other:
        first, second = one[0], other[0]
        if isinstance(first, str) and isinstance(second, str):
            if first.startswith(second):
                one, other = _rest(first[len(second) :], one), other[1:]
            elif second.startswith(first):
                one, other = one[1:], _rest(second[len(first) :], other)
            else:
                return False
        elif isinstance(first, Say) and first == second:
            one, other = one[1:], other[1:]
        elif isinstance(first, str):
            one, other = other, one
        elif _always_differ(first, second, slots):
            return False
        else:
            letters = _first_letters(second, slots)
            return any(
                _confusable(_rest(value, one), other, slots)
                for value in set(_table_of(first, slots).values[first.field])
                if value[0] in letters
            )
    return True


def _rest(text: str, opening: _Opening) -> _Opening:
    return (text, *opening[1:]) if text else opening[1:]


def _first_letters(atom: str | Say | Draw, slots: Mapping[str, Held]) -> set[str]:
    return {atom[0]} if isinstance(atom, str) else _table_of(atom, slots).letters[atom.field]


def _table_of(atom: Say | Draw, slots: Mapping[str, Held]) -> Table:
    return atom.table if isinstance(atom, Draw) else slots[atom.slot].table


def _always_differ(first: Say | Draw, second: str | Say | Draw, slots: Mapping[str, Held]) -> bool:
    """Whether both say a field without twins of two entities, one drawn without the other.

    A draw's own field and every `name` have been checked for twins (`check_values`).
    """
    if isinstance(second, str) or first.field != second.field:
        return False
    for one, other in ((first, second), (second, first)):
        if isinstance(one, Say) and isinstance(other, Draw):
            return other.without == one.slot
        if isinstance(one, Say) and slots[other.slot].without == one.slot:
            return first.field == "name"
    return False


def _shown(opening: _Opening) -> str:
    return "".join(
        atom if isinstance(atom, str) else f"{{{atom.slot}.{atom.field}}}" for atom in opening
    )
