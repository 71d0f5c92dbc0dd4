# expect: A byte that can never become a character must not hold the rest back
# loses: hidden
class Utf8Stream:
    def __init__(self):
        self.held = b""

    def push(self, data):
        self.held += data
        for end in range(len(self.held), -1, -1):
            try:
                text = self.held[:end].decode("utf-8")
            except UnicodeDecodeError:
                continue
            self.held = self.held[end:]
            return text

    def flush(self):
        return self.held.decode("utf-8", errors="replace")
