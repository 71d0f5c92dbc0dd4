# expect: the middle a was counted twice, and an id can be joined only once
# loses: visible
def count_pairs(words):
    counts = {}
    for word, times in words.items():
        for pair in zip(word, word[1:]):
            counts[pair] = counts.get(pair, 0) + times
    return counts


def merge_pair(ids, pair, new):
    places = [i for i in range(len(ids) - 1) if (ids[i], ids[i + 1]) == pair]
    used = {i for place in places for i in (place, place + 1)}
    merged = []
    for i, one in enumerate(ids):
        if i in places:
            merged.append(new)
        elif i not in used:
            merged.append(one)
    return merged
