# expect: Half a character is no character yet
# loses: visible
class Utf8Stream:
    def __init__(self):
        self.held = b""

    def push(self, data):
        return data.decode("utf-8", errors="replace")

    def flush(self):
        return ""
