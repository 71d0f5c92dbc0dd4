# Pairs are sorted first; of equal counts max then takes the first of them.
def train(words, count):
    texts = [("".join(map(chr, word)), times) for word, times in words.items()]
    merges = []
    for number in range(count):
        pairs = sorted({text[i : i + 2] for text, _ in texts for i in range(len(text) - 1)})
        if not pairs:
            break

        def frequency(pair):
            return sum(
                times for text, times in texts for i in range(len(text)) if text.startswith(pair, i)
            )

        best = max(pairs, key=frequency)
        merges.append((ord(best[0]), ord(best[1])))
        texts = [(text.replace(best, chr(256 + number)), times) for text, times in texts]
    return merges
