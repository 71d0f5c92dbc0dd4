# expect: Count again after each merge
# loses: visible
from collections import Counter


def train(words, count):
    counts = Counter()
    for word, times in words.items():
        for pair in zip(word, word[1:]):
            counts[pair] += times
    return sorted(counts, key=lambda pair: (-counts[pair], pair))[:count]
