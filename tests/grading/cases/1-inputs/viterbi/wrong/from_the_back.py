# expect: turn it around
# loses: visible
import math


def best_split(word, probabilities, unknown=1e-9):
    best, back = [0.0], [0]
    for end in range(1, len(word) + 1):
        score, start = max(
            (best[start] + math.log(probabilities.get(word[start:end], unknown)), start)
            for start in range(end)
            if word[start:end] in probabilities or end - start == 1
        )
        best.append(score)
        back.append(start)
    pieces, end = [], len(word)
    while end:
        pieces.append(word[back[end] : end])
        end = back[end]
    return pieces, best[-1]
