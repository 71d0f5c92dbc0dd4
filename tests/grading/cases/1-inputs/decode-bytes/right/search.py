# Each id is searched in both tables; slow, and right.
def decode(ids, table, special):
    data = b""
    for one in ids:
        found = [token for token, i in table.items() if i == one]
        found += [mark.encode() for mark, i in special.items() if i == one]
        if not found:
            raise KeyError(one)
        data += found[0]
    return data.decode(errors="replace")
