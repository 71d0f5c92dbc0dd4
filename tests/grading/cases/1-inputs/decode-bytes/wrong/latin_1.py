# expect: latin-1 reads each byte as one
# loses: visible
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    tokens |= {i: mark.encode() for mark, i in special.items()}
    return b"".join(tokens[i] for i in ids).decode("latin-1")
