# expect: Of equally frequent pairs take the smaller, wherever it was seen first
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
        best = max(counts, key=counts.get)
        new = 256 + len(merges)
        merges.append(best)
        split = {word: join(ids, best, new) for word, ids in split.items()}
    return merges
