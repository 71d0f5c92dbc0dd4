"""From notation to atoms: rules are put in place of their names, and everything is checked once.

What comes out is a tree without names or loops, in which every slot is drawn before it is said and
every choice has options that a reader can tell apart. `grammar` walks it.
"""

from collections.abc import Iterator, Mapping, Sequence

from llmcourse.riverbank.atoms import Choice, Draw, Table
from llmcourse.riverbank.notation import Either, Maybe, Pick, Reference, Say, read_rule
from llmcourse.riverbank.unambiguous import Held, check_options, check_values

# The slots drawn so far, each with the pick that drew it.
Bound = dict[str, Pick]


class Builder:
    """Builds sequences of atoms from rules (pages of notation) and tables, both by name.

    Raises ValueError where two options can't be told apart, where a slot is said before it is
    drawn, and where the number of entities left for a draw isn't the same in every story.
    """

    def __init__(self, rules: Mapping[str, str], tables: Mapping[str, Table]):
        self._rules = {name: read_rule(page) for name, page in rules.items()}
        self._tables = tables
        self._built: dict[tuple, tuple[tuple, Bound]] = {}
        for name, table in tables.items():
            check_values(name, table.values["name"])

    def build(self, rule: str) -> tuple:
        """The atoms of a rule."""
        return self._sequence((Reference(rule),), {})[0]

    def _sequence(self, items: Sequence, bound: Bound) -> tuple[tuple, Bound]:
        """The atoms of a sequence, and the slots drawn after it."""
        atoms: list = []
        for number, item in enumerate(items):
            if isinstance(item, Say) and item.slot not in bound:
                raise ValueError(f"{{{item.slot}.{item.field}}} is said before it is drawn")
            if isinstance(item, Maybe):
                # The rest belongs to both options, so that a reader sees which one was taken.
                rest, _ = self._sequence(items[number + 1 :], bound)
                body, _ = self._sequence(item.body, bound)
                atoms.append(self._choice([body + rest, rest], [1, 1], bound))
                break
            if isinstance(item, Pick):
                atoms.append(self._draw(item, bound))
                bound = {**_forgetting(item.slot, bound), item.slot: item}
            elif isinstance(item, Reference | Either):
                inner, bound = self._options(item, bound)
                atoms.extend(inner)
            else:
                atoms.append(item)
        return tuple(_joined(atoms)), bound

    def _options(self, item: Reference | Either, bound: Bound) -> tuple[tuple, Bound]:
        key = (item, *bound.values())
        if key not in self._built:
            options = (self._rules[item.rule] if isinstance(item, Reference) else item).options
            built = [self._sequence(body, bound) for _, body in options]
            bodies, afters = zip(*built, strict=True)
            # What comes after a choice may say only what every option has drawn.
            kept = [pair for pair in afters[0].items() if all(pair in a.items() for a in afters)]
            whole = bodies[0]
            if len(bodies) > 1:
                whole = (self._choice(bodies, [weight for weight, _ in options], bound),)
            self._built[key] = whole, dict(kept)
        return self._built[key]

    def _choice(self, options: Sequence[tuple], weights: list[int], bound: Bound) -> Choice:
        held = {slot: Held(self._tables[p.table], p.without) for slot, p in bound.items()}
        check_options(options, held)
        return Choice(options, weights)

    def _draw(self, pick: Pick, bound: Bound) -> Draw:
        table = self._tables[pick.table]
        if pick.field != "name":
            check_values(f"{pick.table}.{pick.field}", table.values[pick.field])
        if pick.without:
            if pick.without not in bound:
                raise ValueError(f"{pick.without} is left out before it is drawn")
            out = self._tables[bound[pick.without].table]
            if table.weights or not out.names <= table.names:
                raise ValueError(f"{pick.table} can't leave out what {pick.without} holds")
        return Draw(pick, table)


def _forgetting(slot: str, bound: Bound) -> Bound:
    """A slot that is drawn again no longer differs from those that left out its old entity."""
    return {
        other: pick._replace(without=None) if pick.without == slot else pick
        for other, pick in bound.items()
    }


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
