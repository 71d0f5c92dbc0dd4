# expect: Each element counts once, however often it stands in a list
# loses: visible
PRIME = 2**31 - 1


def shingles(text, k):
    words = text.split()
    if len(words) < k:
        return {" ".join(words)} if words else set()
    return {" ".join(words[i : i + k]) for i in range(len(words) - k + 1)}


def jaccard(a, b):
    if not a and not b:
        return 1.0
    both = [x for x in a if x in b]
    either = list(a) + [x for x in b if x not in a]
    return len(set(both)) / len(either)


def signature(numbers, functions):
    return [min((a * x + b) % PRIME for x in numbers) for a, b in functions]


def estimate(s, t):
    if len(s) != len(t):
        raise ValueError("lengths")
    return sum(x == y for x, y in zip(s, t)) / len(s)
