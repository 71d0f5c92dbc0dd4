# expect: not the pair that is most frequent in this text
# loses: visible
from collections import Counter
import re

WORD = re.compile(
    r"'(?i:[sdmt]|ll|ve|re)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def encode(text, table, special, allowed=()):
    marks = "|".join(map(re.escape, allowed))
    ids = []
    for piece in re.split(f"({marks})", text) if marks else [text]:
        if piece in allowed:
            ids.append(special[piece])
            continue
        words = [[bytes([byte]) for byte in word.encode()] for word in WORD.findall(piece)]
        while True:
            pairs = Counter(pair for word in words for pair in zip(word, word[1:]))
            known = [pair for pair in pairs if pair[0] + pair[1] in table]
            if not known:
                break
            best = min(known, key=lambda pair: (-pairs[pair], table[pair[0] + pair[1]]))
            for word in words:
                i = 0
                while i < len(word) - 1:
                    if (word[i], word[i + 1]) == best:
                        word[i : i + 2] = [best[0] + best[1]]
                    i += 1
        ids += [table[part] for word in words for part in word]
    return ids
