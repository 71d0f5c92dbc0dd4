# expect: No token has the id -1
# loses: hidden
def decode(ids, table, special):
    table = table | {mark.encode(): i for mark, i in special.items()}
    tokens = [b""] * (1 + max(table.values()))
    for token, i in table.items():
        tokens[i] = token
    if any(i >= len(tokens) for i in ids):
        raise KeyError("no such id")
    return b"".join(tokens[i] for i in ids).decode("utf-8", errors="replace")
