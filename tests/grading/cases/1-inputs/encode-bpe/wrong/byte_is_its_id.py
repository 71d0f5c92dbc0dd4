# expect: The id of a single byte is what the table says
# loses: visible
import re

WORD = re.compile(
    r"'(?i:[sdmt]|ll|ve|re)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def join_by_rank(word, table):
    parts = [bytes([byte]) for byte in word.encode()]
    while True:
        places = [i for i in range(len(parts) - 1) if parts[i] + parts[i + 1] in table]
        if not places:
            return parts
        i = min(places, key=lambda i: table[parts[i] + parts[i + 1]])
        parts[i : i + 2] = [parts[i] + parts[i + 1]]


def encode(text, table, special, allowed=()):
    marks = "|".join(map(re.escape, allowed))
    ids = []
    for piece in re.split(f"({marks})", text) if marks else [text]:
        if piece in allowed:
            ids.append(special[piece])
            continue
        for word in WORD.findall(piece):
            ids += [table[part] if len(part) > 1 else part[0] for part in join_by_rank(word, table)]
    return ids
