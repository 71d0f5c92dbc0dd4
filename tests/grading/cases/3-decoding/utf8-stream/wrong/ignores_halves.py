# expect: The first half of the character is lost
# loses: visible
class Utf8Stream:
    def __init__(self):
        self.held = b""

    def push(self, data):
        return data.decode("utf-8", errors="ignore")

    def flush(self):
        return ""
