# expect: Token by token, each half of é becomes a mark of its own
# loses: visible
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    tokens |= {i: mark.encode() for mark, i in special.items()}
    return "".join(tokens[i].decode("utf-8", errors="replace") for i in ids)
