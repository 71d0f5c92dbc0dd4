import math


def best_split(word, probabilities, unknown=1e-9):
    best = {0: ([], 0.0)}
    for end, letter in enumerate(word, start=1):
        pieces, score = best[end - 1]
        best[end] = ([*pieces, letter], score + math.log(probabilities.get(letter, unknown)))
        for piece, p in probabilities.items():
            if word.endswith(piece, 0, end):
                pieces, score = best[end - len(piece)]
                if score + math.log(p) > best[end][1]:
                    best[end] = ([*pieces, piece], score + math.log(p))
    return best[len(word)]
