import math


def best_split(word, probabilities, unknown=1e-9):
    longest = max(map(len, probabilities), default=1)
    after = {len(word): (0.0, None)}  # place -> (the best logarithm of the rest, the next place)
    for start in reversed(range(len(word))):
        after[start] = (-math.inf, None)
        for end in range(start + 1, min(start + longest, len(word)) + 1):
            p = probabilities.get(word[start:end], unknown if end == start + 1 else 0)
            if p and after[end][0] + math.log(p) > after[start][0]:
                after[start] = (after[end][0] + math.log(p), end)
    pieces, place = [], 0
    while place < len(word):
        pieces.append(word[place : after[place][1]])
        place = after[place][1]
    return pieces, after[0][0]
