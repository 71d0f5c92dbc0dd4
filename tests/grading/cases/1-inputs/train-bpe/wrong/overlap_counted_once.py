# expect: d, d is counted at 3 places of dddd
# loses: hidden
def join(ids, pair, new):
    joined = []
    for i in ids:
        joined.append(i)
        if tuple(joined[-2:]) == pair:
            joined[-2:] = [new]
    return joined


def train(words, count):
    split = {word: list(word) for word in words}
    merges = []
    while len(merges) < count:
        counts = {}
        for word, ids in split.items():
            for pair in set(zip(ids, ids[1:])):
                places = len(ids) - len(join(ids, pair, -1))
                counts[pair] = counts.get(pair, 0) + places * words[word]
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        split = {word: join(ids, best, 256 + len(merges)) for word, ids in split.items()}
        merges.append(best)
    return merges
