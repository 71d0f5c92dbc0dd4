# expect: From left to right, each id joined at most once, and all others in their places
# loses: hidden
def count_pairs(words):
    counts = {}
    for word, times in words.items():
        for pair in zip(word, word[1:]):
            counts[pair] = counts.get(pair, 0) + times
    return counts


def merge_pair(ids, pair, new):
    if len(ids) < 3:
        return [new] if tuple(ids) == pair else list(ids)
    merged, i = [], 0
    while i < len(ids) - 1:
        if (ids[i], ids[i + 1]) == pair:
            merged.append(new)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged + ([ids[i]] if i < len(ids) and ids[i] == pair[0] else [])
