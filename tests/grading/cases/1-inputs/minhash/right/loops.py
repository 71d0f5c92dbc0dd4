PRIME = 2**31 - 1


def shingles(text, k):
    runs, window = set(), []
    for word in text.split():
        window.append(word)
        if len(window) == k:
            runs.add(" ".join(window))
            del window[0]
    if not runs and window:
        runs.add(" ".join(window))
    return runs


def jaccard(a, b):
    both, either = 0, []
    for x in list(a) + list(b):
        if x not in either:
            either.append(x)
            if x in a and x in b:
                both += 1
    if not either:
        return 1.0
    return both / len(either)


def signature(numbers, functions):
    minima = [PRIME] * len(functions)
    for x in numbers:
        for i, (a, b) in enumerate(functions):
            hashed = (a * x + b) % PRIME
            if hashed < minima[i]:
                minima[i] = hashed
    return minima


def estimate(s, t):
    if len(s) != len(t):
        raise ValueError("one signature is longer")
    same = 0
    for i in range(len(s)):
        if s[i] == t[i]:
            same += 1
    return same / len(s)
