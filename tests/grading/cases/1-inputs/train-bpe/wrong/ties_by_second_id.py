# expect: Of equally frequent pairs take the one with the smaller first id
# loses: visible
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
            for pair in zip(ids, ids[1:]):
                counts[pair] = counts.get(pair, 0) + words[word]
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair[1], pair[0]))
        new = 256 + len(merges)
        merges.append(best)
        split = {word: join(ids, best, new) for word, ids in split.items()}
    return merges
