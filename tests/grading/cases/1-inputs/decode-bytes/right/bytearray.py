# Byte by byte into one bytearray.
def decode(ids, table, special):
    names = dict(zip(table.values(), table))
    marks = dict(zip(special.values(), special))
    data = bytearray()
    for i in ids:
        if i in marks:
            data += marks[i].encode("utf-8")
        else:
            data += names[i]
    return str(data, "utf-8", "replace")
