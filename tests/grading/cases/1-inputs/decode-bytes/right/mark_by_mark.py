# Strict decoding, with a mark for each stretch that its error names.
def decode(ids, table, special):
    back = {i: token for token, i in {**table, **special}.items()}
    data = b"".join(
        token if isinstance(token, bytes) else token.encode()
        for token in map(back.__getitem__, ids)
    )
    text = ""
    while data:
        try:
            return text + data.decode("utf-8")
        except UnicodeDecodeError as error:
            text += data[: error.start].decode("utf-8") + chr(0xFFFD)
            data = data[error.end :]
    return text
