# expect: What never became whole is shown as U+FFFD at the end
# loses: visible
class Utf8Stream:
    def __init__(self):
        self.held = b""

    def push(self, data):
        self.held += data
        try:
            text = self.held.decode("utf-8")
        except UnicodeDecodeError as error:
            if error.reason != "unexpected end of data":
                text, self.held = self.held.decode("utf-8", errors="replace"), b""
                return text
            text, self.held = self.held[: error.start].decode("utf-8"), self.held[error.start :]
            return text
        self.held = b""
        return text

    def flush(self):
        return ""
