# expect: They are two texts
# loses: hidden
HELD = []


class Utf8Stream:
    def push(self, data):
        HELD.append(data)
        data = b"".join(HELD)
        HELD.clear()
        for back in range(1, min(3, len(data)) + 1):
            if data[-back] >= 0xC0:
                need = 2 + (data[-back] >= 0xE0) + (data[-back] >= 0xF0)
                if need > back and data[-back] < 0xF8:
                    HELD.append(data[-back:])
                    data = data[:-back]
                break
        return data.decode("utf-8", errors="replace")

    def flush(self):
        text = b"".join(HELD).decode("utf-8", errors="replace")
        HELD.clear()
        return text
