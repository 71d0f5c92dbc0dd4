# expect: put the bytes of all ids in a row before you decode
# loses: visible
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    tokens |= {i: mark.encode() for mark, i in special.items()}
    return "".join(tokens[i].decode("utf-8") for i in ids)
