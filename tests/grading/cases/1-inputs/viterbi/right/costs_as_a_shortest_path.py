import heapq
import math


def best_split(word, probabilities, unknown=1e-9):
    logs = {piece: math.log(p) for piece, p in probabilities.items()}
    most = max([0.0, *logs.values(), math.log(unknown)])
    queue = [(0.0, 0, 0)]  # `most` more a letter: no step costs less than 0
    back, done = {}, set()
    while queue:
        cost, place, start = heapq.heappop(queue)
        if place in done:
            continue
        done.add(place)
        back[place] = start
        for end in range(place + 1, len(word) + 1):
            piece = word[place:end]
            if piece in logs or len(piece) == 1:
                log = logs.get(piece, math.log(unknown))
                heapq.heappush(queue, (cost + (end - place) * most - log, end, place))
    pieces, place = [], len(word)
    while place:
        pieces.append(word[back[place] : place])
        place = back[place]
    pieces.reverse()
    return pieces, math.fsum(logs.get(piece, math.log(unknown)) for piece in pieces)
