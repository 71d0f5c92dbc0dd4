# expect: Neither the leftmost nor the longest token comes first
# loses: visible
import re

WORD = re.compile(
    r"'(?i:[sdmt]|ll|ve|re)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def cut(word, table):
    data, parts = word.encode(), []
    while data:
        end = len(data)
        while data[:end] not in table:
            end -= 1
        parts.append(data[:end])
        data = data[end:]
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
