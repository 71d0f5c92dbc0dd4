# expect: U+FFFD can be in the text itself
# loses: hidden
class Utf8Stream:
    def __init__(self):
        self.data, self.shown = b"", 0

    def push(self, data):
        self.data += data
        text = self.data.decode("utf-8", errors="replace")
        certain = text.rstrip("\ufffd")
        new, self.shown = certain[self.shown :], max(self.shown, len(certain))
        return new

    def flush(self):
        return self.data.decode("utf-8", errors="replace")[self.shown :]
