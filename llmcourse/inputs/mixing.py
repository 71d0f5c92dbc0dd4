"""In what proportions a model reads its corpora, whatever their sizes.

A corpus is made of domains: web pages, books, program code. Read in proportion to their sizes, the
largest drowns the others; so each gets a weight, and a small one may be read more than once. What
counts is characters, not documents: a book weighs more than a page.
"""

import math
from collections.abc import Iterable, Iterator, Mapping

from llmcourse.errors import UserError


def tempered(sizes: Mapping[str, float | int], temperature: float | int) -> dict[str, float]:
    """Weights in proportion to size^(1 / temperature), which sum to 1.

    Temperature 1 keeps the proportions, a higher one brings them nearer to each other, infinity
    makes them equal (for languages: Arivazhagan et al., 2019).

    >>> tempered({"en": 900, "de": 100}, 2)
    {'en': 0.75, 'de': 0.25}

    Raises UserError for a temperature or a size that is not above 0.
    """
    if not temperature > 0 or not sizes or not all(size > 0 for size in sizes.values()):
        raise UserError(
            f"There are no weights for the sizes {dict(sizes)} at temperature {temperature}.",
            todo="Give sizes above 0, and a temperature above 0.",
        )
    # By way of logarithms: a size to a high power would be more than a float can hold.
    logs = {name: math.log(size) / temperature for name, size in sizes.items()}
    largest = max(logs.values())
    powers = {name: math.exp(log - largest) for name, log in logs.items()}
    return {name: power / sum(powers.values()) for name, power in powers.items()}


def mix(
    domains: Mapping[str, Iterable[str]], weights: Mapping[str, float | int], repeats: int = 1
) -> Iterator[tuple[str, str]]:
    """Documents with the names of their domains, so that the characters of each follow the weights.

    Next comes always the domain that is furthest behind: whose characters so far, divided by its
    weight, are fewest. Each domain is read from its beginning up to `repeats` times. Where one has
    no more to give, the mixture ends: without it the proportions would be others. A domain of
    weight 0 is never read. Nothing is drawn at random, and nothing is kept in memory.

    >>> [name for name, _ in mix({"a": ["12"] * 9, "b": ["1234"] * 9}, {"a": 1, "b": 1})][:6]
    ['a', 'b', 'a', 'a', 'b', 'a']

    Raises UserError where domains and weights don't fit each other, for a domain without text, and
    for one to be repeated that can be read only once.
    """
    if domains.keys() != weights.keys():
        raise UserError(
            f"The domains are {', '.join(domains)}, the weights for {', '.join(weights)}.",
            todo="Give each domain a weight.",
        )
    if not all(weight >= 0 for weight in weights.values()) or not any(weights.values()):
        raise UserError(
            f"The weights {dict(weights)} are no proportions.",
            todo="Give weights of 0 or more, one of them above 0.",
        )
    if repeats < 1:
        raise UserError(f"{repeats} readings give no text.", todo="Give repeats of 1 or more.")
    read = {name: domain for name, domain in domains.items() if weights[name]}
    if repeats > 1:
        for name, domain in read.items():
            if iter(domain) is domain:
                raise UserError(
                    f"The domain {name} is an iterator, which can be read only once.",
                    todo="Give a list or a dataset, or repeats=1.",
                )
    streams = {name: _again(name, domain, repeats) for name, domain in read.items()}
    behind = dict.fromkeys(streams, 0.0)  # characters so far, divided by the weight
    while True:
        name = min(behind, key=behind.__getitem__)  # of equal ones the first
        text = next(streams[name], None)
        if text is None:
            return
        behind[name] += len(text) / weights[name]
        yield name, text


def _again(name: str, domain: Iterable[str], repeats: int) -> Iterator[str]:
    for _ in range(repeats):
        characters = 0
        for text in domain:
            characters += len(text)
            yield text
        if not characters:
            raise UserError(f"The domain {name} holds no text.", todo="Leave it out.")
