# All bytes are decoded again each time, up to the unfinished character at the end.
class Utf8Stream:
    def __init__(self):
        self.data = b""
        self.shown = 0

    def unfinished(self):
        for back in range(1, 4):
            last = self.data[-back:]
            if last and last[0] < 0b10000000:
                return 0
            if len(last) == back and last[0] & 0b11000000 == 0b11000000:
                promised = {0b110: 2, 0b1110: 3, 0b11110: 4}
                for shift in (5, 4, 3):
                    if promised.get(last[0] >> shift, 0) > back:
                        return back
                return 0
        return 0

    def push(self, data):
        self.data += data
        whole = self.data[: len(self.data) - self.unfinished()]
        text = whole.decode("utf-8", errors="replace")
        new = text[self.shown :]
        self.shown = len(text)
        return new

    def flush(self):
        return self.data.decode("utf-8", errors="replace")[self.shown :]
