# One character at a time, with a table for those that change.
import unicodedata

GONE = {"\u00ad", "\u200b", "\ufeff"}
WIDE = {" ", "\t", "\u00a0"}


def clean(text):
    result, before = [], ""
    for character in (c for c in text if c not in GONE):
        if character in WIDE:
            if before not in WIDE:
                result.append(" ")
        elif character == "\r":
            result.append("\n")
        elif not (character == "\n" and before == "\r"):
            result.append(character)
        before = character
    return unicodedata.normalize("NFC", "".join(result))


SPELLED = {ord(c): "\\u" + format(ord(c), "04x") for c in "\t\u00a0\u00ad\u200b\u200d\ufeff"}
SPELLED[ord("\\")] = "\\\\"


def escape(text):
    return text.translate(SPELLED)


def unescape(text):
    characters, result = iter(text), ""
    for character in characters:
        if character == "\\" and (character := next(characters)) == "u":
            character = chr(int("".join(next(characters) for _ in range(4)), 16))
        result += character
    return result
