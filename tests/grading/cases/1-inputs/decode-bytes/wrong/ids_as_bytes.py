# expect: An id is not a byte
# loses: visible
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    tokens |= {i: mark.encode() for mark, i in special.items()}
    data = b"".join(bytes([i]) if i < 256 else tokens[i] for i in ids)
    return data.decode("utf-8", errors="replace")
