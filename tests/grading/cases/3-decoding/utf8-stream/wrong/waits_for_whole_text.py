# expect: These are whole characters
# loses: visible
class Utf8Stream:
    def __init__(self):
        self.held = b""

    def push(self, data):
        self.held += data
        return ""

    def flush(self):
        return self.held.decode("utf-8", errors="replace")
