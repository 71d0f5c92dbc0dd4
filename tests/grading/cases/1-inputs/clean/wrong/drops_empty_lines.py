# expect: Two line ends are an empty line
# loses: visible
import re
import unicodedata


def clean(text):
    text = re.sub("[\u00ad\u200b\ufeff]", "", text)
    text = re.sub("[\r\n]+", "\n", text)
    text = re.sub("[ \t\u00a0]+", " ", text)
    return unicodedata.normalize("NFC", text)


def escape(text):
    return re.sub(
        r"[\\\t\u00a0\u00ad\u200b\u200d\ufeff]",
        lambda match: "\\\\" if match[0] == "\\" else f"\\u{ord(match[0]):04x}",
        text,
    )


def unescape(text):
    return re.sub(r"\\(?:(\\)|u(....))", lambda match: match[1] or chr(int(match[2], 16)), text)
