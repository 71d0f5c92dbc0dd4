# A Counter, and a list whose last two are looked at.
from collections import Counter
from itertools import pairwise


def count_pairs(words):
    counts = Counter()
    for word, times in words.items():
        for pair in pairwise(word):
            counts[pair] += times
    return counts


def merge_pair(ids, pair, new):
    joined = []
    for one in ids:
        if joined and (joined[-1], one) == pair:
            joined[-1] = new
        else:
            joined.append(one)
    return joined
