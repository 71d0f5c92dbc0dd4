# expect: Two empty collections are the same
# loses: hidden
PRIME = 2**31 - 1


def shingles(text, k):
    words = text.split()
    if len(words) < k:
        return {" ".join(words)} if words else set()
    return {" ".join(words[i : i + k]) for i in range(len(words) - k + 1)}


def jaccard(a, b):
    a, b = set(a), set(b)
    return len(a & b) / len(a | b)


def signature(numbers, functions):
    return [min((a * x + b) % PRIME for x in numbers) for a, b in functions]


def estimate(s, t):
    if len(s) != len(t):
        raise ValueError("lengths")
    return sum(x == y for x, y in zip(s, t)) / len(s)
