# expect: A text of fewer than k words is one run
# loses: visible
PRIME = 2**31 - 1


def shingles(text, k):
    words = text.split()
    return {" ".join(words[i : i + k]) for i in range(len(words) - k + 1)}


def jaccard(a, b):
    a, b = set(a), set(b)
    if not a and not b:
        return 1.0
    return len(a & b) / len(a | b)


def signature(numbers, functions):
    return [min((a * x + b) % PRIME for x in numbers) for a, b in functions]


def estimate(s, t):
    if len(s) != len(t):
        raise ValueError("lengths")
    return sum(x == y for x, y in zip(s, t)) / len(s)
