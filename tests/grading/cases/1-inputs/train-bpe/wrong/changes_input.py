# expect: train changed the dict that it was given
# loses: hidden
def join(ids, pair, new):
    joined = []
    for i in ids:
        joined.append(i)
        if tuple(joined[-2:]) == pair:
            joined[-2:] = [new]
    return joined


def train(words, count):
    split = [(list(word), words.pop(word)) for word in [*words]]
    merges = []
    while len(merges) < count:
        counts = {}
        for ids, times in split:
            for pair in zip(ids, ids[1:]):
                counts[pair] = counts.get(pair, 0) + times
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        split = [(join(ids, best, 256 + len(merges)), times) for ids, times in split]
        merges.append(best)
    return merges
