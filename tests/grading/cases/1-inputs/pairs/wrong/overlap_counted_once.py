# expect: Count a pair at every place where it stands
# loses: visible
def count_pairs(words):
    counts = {}
    for word, times in words.items():
        for pair in set(zip(word, word[1:])):
            i = places = 0
            while i < len(word) - 1:
                found = (word[i], word[i + 1]) == pair
                places += found
                i += 2 if found else 1
            counts[pair] = counts.get(pair, 0) + places * times
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
