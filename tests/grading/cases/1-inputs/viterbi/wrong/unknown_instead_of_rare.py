# expect: A character that is a piece has its own probability
# loses: hidden
import math


def best_split(word, probabilities, unknown=1e-9):
    def chance(piece):
        return max(probabilities.get(piece, 0), unknown if len(piece) == 1 else 0)

    best, back = [0.0], [0]
    for end in range(1, len(word) + 1):
        score, start = max(
            (best[start] + math.log(chance(word[start:end])), start)
            for start in range(end)
            if chance(word[start:end])
        )
        best.append(score)
        back.append(start)
    pieces, end = [], len(word)
    while end:
        pieces.insert(0, word[back[end] : end])
        end = back[end]
    return pieces, best[-1]
