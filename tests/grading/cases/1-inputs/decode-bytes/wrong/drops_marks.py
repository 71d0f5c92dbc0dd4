# expect: The id of a mark gives the mark's own text
# loses: visible
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    marks = set(special.values())
    data = b"".join(tokens[i] for i in ids if i not in marks)
    return data.decode("utf-8", errors="replace")
