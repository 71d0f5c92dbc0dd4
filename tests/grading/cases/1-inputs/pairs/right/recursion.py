# The front of the list, then the rest of it.
def count_pairs(words):
    places = [(word[i : i + 2], word) for word in words for i in range(len(word) - 1)]
    return {
        pair: sum(words[word] for other, word in places if other == pair) for pair in dict(places)
    }


def merge_pair(ids, pair, new):
    match ids:
        case [first, second, *rest] if (first, second) == pair:
            return [new] + merge_pair(rest, pair, new)
        case [first, *rest]:
            return [first] + merge_pair(rest, pair, new)
    return []
