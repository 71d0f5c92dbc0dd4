# expect: Remember at each end where its best piece begins
# loses: visible
import math


def best_split(word, probabilities, unknown=1e-9):
    best = [0.0] + [-math.inf] * len(word)
    onward = {}
    for start in range(len(word)):
        for end in range(start + 1, len(word) + 1):
            piece = word[start:end]
            if piece in probabilities or len(piece) == 1:
                score = best[start] + math.log(probabilities.get(piece, unknown))
                if score > best[end]:
                    best[end] = score
                    onward[start] = end
    pieces, start = [], 0
    while start < len(word):
        pieces.append(word[start : onward[start]])
        start = onward[start]
    return pieces, best[-1]
