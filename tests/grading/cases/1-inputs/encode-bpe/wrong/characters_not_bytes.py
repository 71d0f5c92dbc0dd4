# expect: The table knows bytes, and é is two of them
# loses: hidden
import re

WORD = re.compile(
    r"'(?i:[sdmt]|ll|ve|re)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def cut(word, table):
    parts = list(word)
    while True:
        places = [i for i in range(len(parts) - 1) if (parts[i] + parts[i + 1]).encode() in table]
        if not places:
            return [part.encode() for part in parts]
        i = min(places, key=lambda i: table[(parts[i] + parts[i + 1]).encode()])
        parts[i : i + 2] = [parts[i] + parts[i + 1]]


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
