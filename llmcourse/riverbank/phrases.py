"""Templates of the crawl: alternatives in round brackets, slots in curly ones.

Nothing here has a probability, so this is no `Grammar`: a text of the crawl need not be read back.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from textwrap import dedent
from typing import TypeVar

Draw = Callable[[], float]  # uniform in [0, 1): the only randomness, the same on every platform
Spans = tuple[tuple[int, int, str], ...]  # start, end, name of the slot

_ALTERNATIVES = re.compile(r"\(([^()|]*(?:\|[^()|]*)+)\)")
_SLOT = re.compile(r"\{(\w+)\}")
_T = TypeVar("_T")


def templates(text: str) -> list[str]:
    """One template a line; a line that is indented further goes on with the one before."""
    return re.sub(r"\n\s+", " ", dedent(text).strip()).splitlines()


def pick(items: Sequence[_T], draw: Draw) -> _T:
    return items[int(draw() * len(items))]


def picks(items: Sequence[_T], n: int, draw: Draw) -> list[_T]:
    """n different items in random order, or all of them if there are fewer."""
    left = list(items)
    return [left.pop(int(draw() * len(left))) for _ in range(min(n, len(left)))]


def expand(
    template: str, slots: Mapping[str, str | Callable[[Draw], str]], draw: Draw
) -> tuple[str, Spans]:
    """One text of the template, and where in it each slot was filled.

    A slot is a text, or a function that draws one anew each time. Brackets may be nested.

    >>> expand("(Call|Ring) {phone}.", {"phone": "01632 960123"}, lambda: 0.0)
    ('Call 01632 960123.', ((5, 17, 'phone'),))
    """
    while found := _ALTERNATIVES.search(template):
        chosen = pick(found[1].split("|"), draw)
        template = template[: found.start()] + chosen + template[found.end() :]
    text, spans, read = "", [], 0
    for slot in _SLOT.finditer(template):
        filling = slots[slot[1]]
        text += template[read : slot.start()]
        value = filling if isinstance(filling, str) else filling(draw)
        spans.append((len(text), len(text) + len(value), slot[1]))
        text, read = text + value, slot.end()
    return text + template[read:], tuple(spans)
