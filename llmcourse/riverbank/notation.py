"""How texts are written down: pages of prose with choices in them, read into small trees.

A rule is a page of paragraphs with a blank line between them. Each paragraph is one way to say the
rule; its lines are joined by a space, or directly where a line ends in a bar. Inside a paragraph:

    (walked|ran|3:hurried)   one of these; a number before a colon is its weight, else 1
    [ and sang]              said or left out, even odds; what follows must begin differently
    <farewell>               the rule of that name
    {A:resident}             draw A from the table `resident` and say its name
    {B:resident-A}           draw B, but not whom A holds
    {N.his:nurse}            draw N from the table `nurse` and say its field `his`
    {A} {A.his}              say the name, or another field, of what was drawn before
    //                       a line break

This module reads the notation and knows nothing of probabilities; `grammar` gives the tree meaning.
"""

import re
from typing import NamedTuple

_SLOT = r"\{(?P<slot>\w+)(?:\.(?P<field>\w+))?(?::(?P<table>\w+)(?:-(?P<without>\w+))?)?\}"
_TOKEN = re.compile(_SLOT + r"|<(?P<rule>\w+)>|[()\[\]|]|[^{}<>()\[\]|]+")
_WEIGHT = re.compile(r"(\d+):")


class Say(NamedTuple):
    """Says a field of the entity that a slot holds: `{A.his}`."""

    slot: str
    field: str


class Pick(NamedTuple):
    """Draws an entity into a slot, not the one that `without` holds, and says a field of it."""

    slot: str
    field: str
    table: str
    without: str | None = None


class Reference(NamedTuple):
    """Stands for any paragraph of another rule: `<farewell>`."""

    rule: str


class Either(NamedTuple):
    """One of several sequences, with weights: `(a|2:b)`."""

    options: tuple[tuple[int, tuple], ...]


class Maybe(NamedTuple):
    """A sequence that is said or left out: `[...]`."""

    body: tuple


def read_rule(page: str) -> Either:
    """Read a page of paragraphs.

    >>> read_rule('''{A:resident} (sang|2:ran).
    ...
    ... It rained.''').options[1]
    (1, ('It rained.',))

    Raises ValueError where brackets do not pair or a character has no meaning here.
    """
    paragraphs = re.split(r"\n\s*\n", page.strip())
    return Either(tuple(_read_option(_one_line(paragraph)) for paragraph in paragraphs))


def _one_line(paragraph: str) -> str:
    joined = re.sub(r"(\|?)\s*\n\s*", lambda end: end[1] or " ", paragraph.strip())
    return joined.replace(" // ", "\n")


def _read_option(paragraph: str) -> tuple[int, tuple]:
    weight = _WEIGHT.match(paragraph)
    body = paragraph[weight.end() :].lstrip() if weight else paragraph
    tokens = list(_TOKEN.finditer(body))
    if "".join(token.group() for token in tokens) != body:
        raise ValueError(f"a lone bracket or brace in {body!r}")
    options, end = _read_options(tokens, 0)
    if end != len(tokens) or len(options) != 1:
        raise ValueError(f"brackets that do not pair, or a bar outside them, in {body!r}")
    return (int(weight[1]) if weight else 1, options[0][1])


def _read_options(tokens: list[re.Match], at: int) -> tuple[list[tuple[int, tuple]], int]:
    """Read sequences with bars between them up to a closing bracket or the end."""
    options, weight, items = [], 1, []
    while at < len(tokens):
        token, text = tokens[at], tokens[at].group()
        if text in ")]":
            break
        at += 1
        if text == "|":
            options.append((weight, tuple(items)))
            weight, items = 1, []
        elif text in "([":
            inner, at = _read_options(tokens, at)
            closing = tokens[at].group() if at < len(tokens) else ""
            if text + closing not in ("()", "[]"):
                raise ValueError(f"{text} is not closed in {token.string!r}")
            at += 1
            items.append(Either(tuple(inner)) if text == "(" else Maybe(inner[0][1]))
        elif token["rule"]:
            items.append(Reference(token["rule"]))
        elif token["slot"]:
            said = Say(token["slot"], token["field"] or "name")
            drawn = token["table"] and Pick(*said, token["table"], token["without"])
            items.append(drawn or said)
        else:
            number = None if items else _WEIGHT.match(text)
            if number:
                weight, text = int(number[1]), text[number.end() :]
            if text:
                items.append(text)
    options.append((weight, tuple(items)))
    return options, at
