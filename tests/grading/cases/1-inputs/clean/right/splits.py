# Split at what changes, and join again.
import re
import unicodedata


def clean(text):
    for gone in ("\u00ad", "\u200b", "\ufeff"):
        text = "".join(text.split(gone))
    lines = []
    for line in "\n".join("\n".join(text.split("\r\n")).split("\r")).split("\n"):
        words = line.replace("\t", " ").replace("\u00a0", " ").split(" ")
        inner = [word for word in words if word]
        front = [""] if words[0] == "" and len(words) > 1 else []
        back = [""] if words[-1] == "" and len(words) > 1 else []
        lines.append(" ".join(front + inner + back) if inner else " " * (len(words) > 1))
    return unicodedata.normalize("NFC", "\n".join(lines))


def escape(text):
    return re.sub(
        r"[\\\t\u00a0\u00ad\u200b\u200d\ufeff]",
        lambda match: "\\\\" if match[0] == "\\" else f"\\u{ord(match[0]):04x}",
        text,
    )


def unescape(text):
    def plain(part):
        pieces = part.split("\\u")
        return pieces[0] + "".join(chr(int(p[:4], 16)) + p[4:] for p in pieces[1:])

    return "\\".join(plain(part) for part in text.split("\\\\"))
