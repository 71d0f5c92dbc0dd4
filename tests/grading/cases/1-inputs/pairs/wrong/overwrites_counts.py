# expect: The same pair stands in several words
# loses: visible
def count_pairs(words):
    counts = {}
    for word, times in words.items():
        inside = {}
        for pair in zip(word, word[1:]):
            inside[pair] = inside.get(pair, 0) + times
        counts.update(inside)
    return counts


def merge_pair(ids, pair, new):
    merged, i = [], 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged
