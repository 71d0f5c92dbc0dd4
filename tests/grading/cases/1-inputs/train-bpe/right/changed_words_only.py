# Only the words that hold the pair are counted anew.
from collections import Counter
from itertools import pairwise


def train(words, count):
    split = {word: tuple(word) for word in words}
    counts = Counter()
    for word, times in words.items():
        for pair in pairwise(word):
            counts[pair] += times
    merges = []
    for new in range(256, 256 + count):
        counts = +counts  # without those that are 0 by now
        if not counts:
            return merges
        most = max(counts.values())
        best = min(pair for pair, times in counts.items() if times == most)
        merges.append(best)
        for word, ids in split.items():
            if best not in pairwise(ids):
                continue
            for pair in pairwise(ids):
                counts[pair] -= words[word]
            merged, i = [], 0
            while i < len(ids):
                step = 2 if ids[i : i + 2] == best else 1
                merged.append(new if step == 2 else ids[i])
                i += step
            split[word] = tuple(merged)
            for pair in pairwise(merged):
                counts[pair] += words[word]
    return merges
