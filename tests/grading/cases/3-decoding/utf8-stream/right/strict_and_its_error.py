# Strict decoding, and what its error says about the place and the reason.
class Utf8Stream:
    def __init__(self):
        self.rest = b""

    def push(self, data):
        data, self.rest, text = self.rest + data, b"", ""
        while data:
            try:
                return text + data.decode("utf-8")
            except UnicodeDecodeError as error:
                text += data[: error.start].decode("utf-8")
                if error.reason == "unexpected end of data":
                    self.rest = data[error.start :]
                    return text
                text += "\N{REPLACEMENT CHARACTER}"
                data = data[error.end :]
        return text

    def flush(self):
        return "\N{REPLACEMENT CHARACTER}" if self.rest else ""
