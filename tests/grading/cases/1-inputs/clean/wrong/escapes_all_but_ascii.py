# expect: é can be seen, so it stays
# loses: visible
import re
import unicodedata


def clean(text):
    text = re.sub("[\u00ad\u200b\ufeff]", "", text)
    text = re.sub("\r\n?", "\n", text)
    text = re.sub("[ \t\u00a0]+", " ", text)
    return unicodedata.normalize("NFC", text)


def escape(text):
    seen = {chr(code) for code in range(32, 127)} | {"\r", "\n"}
    pieces = []
    for c in text:
        pieces.append("\\\\" if c == "\\" else c if c in seen else f"\\u{ord(c):04x}")
    return "".join(pieces)


def unescape(text):
    return re.sub(r"\\(?:(\\)|u(....))", lambda match: match[1] or chr(int(match[2], 16)), text)
