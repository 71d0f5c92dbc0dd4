"""Cuts one word into tokens by rank, and remembers the words that it has cut.

Training made the merges in the order of their ids; encoding repeats them in that order: of all
neighbours that are together a token, those of the lowest id are joined first (Sennrich, Haddow and
Birch, 2016). `bpe.py` cuts text into the words.
"""

import sys
from collections.abc import Mapping
from heapq import heappop, heappush

from llmcourse.inputs.vocabulary import utf8


def cut_by_rank(word: bytes, tokens: Mapping[bytes, int], below: int = sys.maxsize) -> list[bytes]:
    """Join neighbours in `word` that are in `tokens` (bytes -> id), the lowest id first.

    Of equal ids the leftmost comes first; only ids under `below` count. A queue of the pairs keeps
    this at O(n log n) for n bytes, so a page without a space does no harm.

    >>> cut_by_rank(b"hugs", {b"ug": 256, b"hu": 257, b"hug": 258})
    [b'hug', b's']
    """
    # For the token that starts at a place: where it ends (0: it was joined to the one on its left),
    # and where the one on its left starts.
    end = [*range(1, len(word) + 1)]
    before = [*range(-1, len(word) - 1)]
    queue: list[tuple[int, int, int]] = []
    neighbours = [(start, start + 2) for start in range(len(word) - 1)]
    while True:
        for start, stop in neighbours:
            token_id = tokens.get(word[start:stop], below)
            if token_id < below:
                heappush(queue, (token_id, start, stop))
        neighbours = []
        if not queue:
            return [word[start:stop] for start, stop in enumerate(end) if stop]
        _, start, stop = heappop(queue)
        middle = end[start]
        if 0 < middle < stop and end[middle] == stop:  # neither has been joined to another since
            end[start], end[middle] = stop, 0
            if start > 0:
                neighbours.append((before[start], stop))
            if stop < len(word):
                before[stop] = start
                neighbours.append((start, end[stop]))


class WordCache(dict[str, tuple[int, ...]]):
    """Word -> ids, cut when first asked for: text repeats its words, and most look-ups find theirs.

    The size is bounded: long words are not kept, and when it is full it starts again.
    """

    def __init__(self, tokens: Mapping[bytes, int], most_words: int = 2**17, longest: int = 64):
        super().__init__()
        self._tokens, self._most_words, self._longest = tokens, most_words, longest

    def __missing__(self, word: str) -> tuple[int, ...]:
        ids = tuple(self._tokens[token] for token in cut_by_rank(utf8(word), self._tokens))
        if len(word) <= self._longest:
            if len(self) >= self._most_words:
                self.clear()
            self[word] = ids
        return ids
