# expect: Token by token, both halves of é are lost
# loses: visible
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    tokens |= {i: mark.encode() for mark, i in special.items()}
    return "".join(tokens[i].decode("utf-8", errors="ignore") for i in ids)
