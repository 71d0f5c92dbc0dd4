from collections import Counter
from itertools import islice


def shingles(text, k):
    words = text.split()
    starts = islice(range(len(words)), max(len(words) - k + 1, min(len(words), 1)))
    return {" ".join(words[start : start + k]) for start in starts}


def jaccard(a, b):
    counts = Counter(set(a)) + Counter(set(b))
    if not counts:
        return 1.0
    return list(counts.values()).count(2) / len(counts)


def signature(numbers, functions):
    prime = 2147483647
    hashes = ([(a * x + b) % prime for x in numbers] for a, b in functions)
    return [sorted(row)[0] for row in hashes]


def estimate(s, t):
    if not len(s) == len(t):
        raise ValueError
    return 1 - sum(map(int.__ne__, s, t)) / len(s)
