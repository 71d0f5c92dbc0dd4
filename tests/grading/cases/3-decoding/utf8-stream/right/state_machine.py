# Byte by byte, with the number of bytes that are still missing.
class Utf8Stream:
    def __init__(self):
        self.character = []
        self.missing = 0

    def push(self, data):
        text = ""
        for byte in data:
            if self.missing and byte >> 6 == 0b10:
                self.character.append(byte)
                self.missing -= 1
                if self.missing == 0:
                    text += bytes(self.character).decode("utf-8", errors="replace")
                continue
            text += self.flush()
            if byte < 0x80:
                text += chr(byte)
            elif 0xC2 <= byte <= 0xF4:
                self.character = [byte]
                self.missing = 1 + (byte >= 0xE0) + (byte >= 0xF0)
            else:
                text += "\ufffd"
        return text

    def flush(self):
        if not self.missing:
            return ""
        self.missing = 0
        return "\ufffd"
