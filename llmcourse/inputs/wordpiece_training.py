"""Learns the pieces of a WordPiece vocabulary from word counts.

Training starts from characters and joins neighbours, as BPE's does (`bpe_training.py`); what
differs is which pair goes first. WordPiece asks how much the join helps to predict the text
(Schuster and Nakajima, 2012). Say that each symbol is drawn by itself, at its share of the text.
Each time the joined pair occurs, the text's log-likelihood then gains ln(p(ab) / (p(a) p(b))). That
times the count is the rule `gain`. Many descriptions give `ratio`, which leaves the count out, and
so joins the rarest letters first. `tokenizers`, the field's library, trains by `frequency`, as BPE.

Cutting text into words and words into pieces is in `wordpiece.py`.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Literal

CONTINUES = "##"
"""In front of a piece that does not begin a word."""

Score = Literal["gain", "ratio", "frequency"]

# From the counts of the pair, of its first and of its second symbol, and of the text's characters.
SCORES: dict[str, Callable[[int, int, int, int], float]] = {
    "gain": lambda pair, first, second, every: pair * math.log(pair * every / (first * second)),
    "ratio": lambda pair, first, second, every: pair / (first * second),
    "frequency": lambda pair, first, second, every: float(pair),
}


def split_characters(word: str) -> list[str]:
    """The characters of a word as pieces: all but the first continue it.

    >>> split_characters("hug")
    ['h', '##u', '##g']
    """
    return [word[0], *(CONTINUES + character for character in word[1:])]


def learn_pieces(words: Mapping[str, int], size: int, score: Score = "gain") -> list[str]:
    """Return up to `size` pieces learned from `words` (word -> how often it occurs).

    The characters come first, in Unicode's order, all of them whatever `size`; then what is
    joined, in order. A pair of symbols is joined wherever it stands, from left to right, the one of
    the highest score first; ties go to the smaller pair of texts. Counts are those of the text as
    the joins so far have left it.

    >>> learn_pieces({"hug": 10, "pug": 5, "hugs": 5}, 7)
    ['##g', '##s', '##u', 'h', 'p', '##ug', 'hug']
    """
    rank = SCORES[score]
    rows, weights = [split_characters(word) for word in words], list(words.values())
    symbols: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    holders: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    beside: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)  # symbol -> its pairs

    def count(index: int, sign: int) -> None:
        for symbol in rows[index]:
            symbols[symbol] += sign * weights[index]
        for pair in pairwise(rows[index]):
            pairs[pair] += sign * weights[index]
            holders[pair].add(index)
            beside[pair[0]].add(pair)
            beside[pair[1]].add(pair)

    for index in range(len(rows)):
        count(index, +1)
    every = symbols.total()

    def scored(pair: tuple[str, str]) -> float:
        return -rank(pairs[pair], symbols[pair[0]], symbols[pair[1]], every)

    pieces = sorted(symbols)
    scores = {pair: scored(pair) for pair in pairs}
    queue = [(value, pair) for pair, value in scores.items()]
    heapify(queue)
    while queue and len(pieces) < size:
        value, best = heappop(queue)
        if scores.get(best) != value:
            continue  # its score has changed since, and it was queued again
        joined = best[0] + best[1].removeprefix(CONTINUES)
        pieces.append(joined)
        changed: set[tuple[str, str]] = set()
        for index in holders.pop(best):
            changed.update(pairwise(rows[index]))
            count(index, -1)
            rows[index] = join(rows[index], best, joined)
            count(index, +1)
            changed.update(pairwise(rows[index]))
        # No other counts have changed. (`every` stays what it was: one measure for all shares.)
        for pair in changed | beside[best[0]] | beside[best[1]]:
            if pairs[pair]:
                scores[pair] = scored(pair)
                heappush(queue, (scores[pair], pair))
            else:
                scores.pop(pair, None)
                beside[pair[0]].discard(pair)
                beside[pair[1]].discard(pair)
    return pieces


def join(row: list[str], pair: tuple[str, str], joined: str) -> list[str]:
    """Put `joined` in place of each `pair` of neighbours, from left to right."""
    made: list[str] = []
    last = None  # the symbol at the end of `made`, unless it is one that this call has joined
    for symbol in row:
        if (last, symbol) == pair:
            made[-1], last = joined, None
        else:
            made.append(symbol)
            last = symbol
    return made
