# expect: The bytes stand in the order of the ids
# loses: hidden
def decode(ids, table, special):
    tokens = {i: token for token, i in table.items()}
    marks = {i: mark for mark, i in special.items()}
    held = b"".join(tokens[i] for i in ids if i not in marks)
    text = held.decode("utf-8", errors="replace")
    return text + "".join(marks[i] for i in ids if i in marks)
