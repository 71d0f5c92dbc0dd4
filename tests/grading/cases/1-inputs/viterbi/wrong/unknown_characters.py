# expect: A character without a piece is used all the same
# loses: visible
import math


def best_split(word, probabilities, unknown=1e-9):
    best, back = [0.0], [0]
    for end in range(1, len(word) + 1):
        score, start = max(
            (best[start] + math.log(probabilities[word[start:end]]), start)
            for start in range(end)
            if word[start:end] in probabilities
        )
        best.append(score)
        back.append(start)
    pieces, end = [], len(word)
    while end:
        pieces.insert(0, word[back[end] : end])
        end = back[end]
    return pieces, best[-1]
