# expect: Remember where the best piece begins, not the one tried last
# loses: visible
import math


def best_split(word, probabilities, unknown=1e-9):
    best = [0.0] + [-math.inf] * len(word)
    back = [0] * (len(word) + 1)
    for end in range(1, len(word) + 1):
        for start in range(end):
            piece = word[start:end]
            if piece in probabilities or len(piece) == 1:
                score = best[start] + math.log(probabilities.get(piece, unknown))
                best[end] = max(best[end], score)
                back[end] = start
    pieces, end = [], len(word)
    while end:
        pieces.insert(0, word[back[end] : end])
        end = back[end]
    return pieces, best[-1]
