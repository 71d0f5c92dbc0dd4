# expect: Double the backslashes of the text first
# loses: visible
import re
import unicodedata


def clean(text):
    text = re.sub("[\u00ad\u200b\ufeff]", "", text)
    text = re.sub("\r\n?", "\n", text)
    text = re.sub("[ \t\u00a0]+", " ", text)
    return unicodedata.normalize("NFC", text)


def escape(text):
    for character in "\t\u00a0\u00ad\u200b\u200d\ufeff":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.replace("\\", "\\\\")


def unescape(text):
    return re.sub(r"\\(?:(\\)|u(....))", lambda match: match[1] or chr(int(match[2], 16)), text)
