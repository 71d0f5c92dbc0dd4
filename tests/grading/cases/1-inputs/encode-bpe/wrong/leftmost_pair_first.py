# expect: not the leftmost pair
# loses: visible
import re

WORD = re.compile(
    r"'(?i:[sdmt]|ll|ve|re)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def cut(word, table):
    parts = [bytes([byte]) for byte in word.encode()]
    i = 0
    while i < len(parts) - 1:
        if parts[i] + parts[i + 1] in table:
            parts[i : i + 2] = [parts[i] + parts[i + 1]]
            i = 0
        else:
            i += 1
    return parts


def encode(text, table, special, allowed=()):
    marks = "|".join(map(re.escape, allowed))
    ids = []
    for piece in re.split(f"({marks})", text) if marks else [text]:
        if piece in allowed:
            ids.append(special[piece])
            continue
        for word in WORD.findall(piece):
            ids += [table[part] for part in cut(word, table)]
    return ids
