"""Learns byte-pair merges from word counts, touching only the words that a merge changes.

Byte-pair encoding starts from the 256 bytes and, again and again, gives the most frequent pair of
neighbours an id of its own (Gage, 1994; for language: Sennrich, Haddow and Birch, 2016; on bytes:
Radford et al., 2019). Counting every pair again after each merge costs one pass over the text a
merge. Two things make it cheap here: text repeats its words, so each distinct word is kept once,
with its count; and an index from each pair to the words that hold it says which words a merge can
change.

Cutting text into words, encoding and decoding are in `bpe.py`.
"""

from collections import defaultdict
from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from itertools import pairwise


def learn_merges(words: Mapping[bytes, int], count: int) -> list[tuple[int, int]]:
    """Return up to `count` merges learned from `words` (word -> how often it occurs), in order.

    Ids 0 to 255 are the bytes, and merge number i makes id 256 + i. Each merge takes the most
    frequent pair of neighbouring ids, counted at every position (`aaa` holds `aa` twice), and
    replaces it from left to right. Among equally frequent pairs the smaller pair of ids is taken.
    The list is shorter than `count` only where every word has become a single id.

    Here u+g occurs 20 times, and then h+ug 15 times:

    >>> learn_merges({b"hug": 10, b"pug": 5, b"hugs": 5}, 2)
    [(117, 103), (104, 256)]
    """
    # A word is a string whose every character stands for one id: str.split finds a pair from left
    # to right at the speed of C, and strings of two characters are ordered as pairs of ids are.
    symbols = [word.decode("latin-1") for word in words]
    weights = list(words.values())
    frequency: defaultdict[str, int] = defaultdict(int)
    holders: defaultdict[str, set[int]] = defaultdict(set)
    for index, (word, weight) in enumerate(zip(symbols, weights, strict=True)):
        for first, second in pairwise(word):
            frequency[first + second] += weight
            holders[first + second].add(index)

    queue = [(-occurrences, pair) for pair, occurrences in frequency.items()]
    heapify(queue)
    merges: list[tuple[int, int]] = []
    while queue and len(merges) < count:
        occurrences, pair = heappop(queue)
        if -occurrences != frequency[pair]:
            # Later merges only ever take places from a pair, so it is queued again, further back.
            if frequency[pair]:
                heappush(queue, (-frequency[pair], pair))
            continue

        first, second = pair
        merged = chr(256 + len(merges))
        merges.append((ord(first), ord(second)))
        born: set[str] = set()
        for index in holders.pop(pair):
            pieces, weight = symbols[index].split(pair), weights[index]
            symbols[index] = merged.join(pieces)
            for place, (left, right) in enumerate(pairwise(pieces)):
                changes = []
                if left:
                    changes.append((left[-1] + first, left[-1] + merged))
                elif place:  # two occurrences side by side, the one on the left merged by now
                    changes.append((second + first, merged + merged))
                if right:
                    changes.append((second + right[0], merged + right[0]))
                for lost, gained in changes:
                    frequency[lost] -= weight
                    frequency[gained] += weight
                    holders[gained].add(index)
                    born.add(gained)
        del frequency[pair]
        for gained in born:
            heappush(queue, (-frequency[gained], gained))
    return merges
