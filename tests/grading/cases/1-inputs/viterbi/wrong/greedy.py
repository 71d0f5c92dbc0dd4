# expect: The best split is not found from the left, piece by piece
# loses: visible
import math


def best_split(word, probabilities, unknown=1e-9):
    pieces, score, start = [], 0.0, 0
    while start < len(word):
        end = len(word)
        while end > start + 1 and word[start:end] not in probabilities:
            end -= 1
        pieces.append(word[start:end])
        score += math.log(probabilities.get(word[start:end], unknown))
        start = end
    return pieces, score
