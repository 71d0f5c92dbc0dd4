# expect: Left out silently, it would give a text that nobody wrote
# loses: visible
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    tokens |= {i: mark.encode() for mark, i in special.items()}
    return b"".join(tokens.get(i, b"") for i in ids).decode("utf-8", errors="replace")
