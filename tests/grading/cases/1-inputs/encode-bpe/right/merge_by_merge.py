# Through the table once, in the order of the ids, each token joined wherever it stands.
import re

WORD = re.compile(
    r"'(?i:[sdmt]|ll|ve|re)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def join(parts, token):
    joined = []
    for part in parts:
        if joined and joined[-1] + part == token:
            joined[-1] = token
        else:
            joined.append(part)
    return joined


def encode(text, table, special, allowed=()):
    for mark in allowed:
        before, found, behind = text.partition(mark)
        if found:
            left = encode(before, table, special, allowed)
            return left + [special[mark]] + encode(behind, table, special, allowed)
    ids = []
    for word in WORD.findall(text):
        data = word.encode()
        parts = [data[i : i + 1] for i in range(len(data))]
        for token in sorted(table, key=table.get):
            if len(token) > 1 and token in data:
                parts = join(parts, token)
        ids.extend(map(table.get, parts))
    return ids
