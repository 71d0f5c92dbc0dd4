# Ids as characters: str.replace goes from left to right too.
def count_pairs(words):
    counts = {}
    for word, times in words.items():
        for i in range(1, len(word)):
            pair = word[i - 1], word[i]
            counts.setdefault(pair, []).append(times)
    return {pair: sum(all_times) for pair, all_times in counts.items()}


def merge_pair(ids, pair, new):
    text = "".join(map(chr, ids))
    return [ord(letter) for letter in text.replace(chr(pair[0]) + chr(pair[1]), chr(new))]
