# expect: There is no going back
# loses: hidden
def wordpiece(text, vocabulary, unknown="[UNK]"):
    def cut(word, start):
        if start == len(word):
            return []
        mark = "##" if start else ""
        for end in range(len(word), start, -1):
            if mark + word[start:end] in vocabulary:
                rest = cut(word, end)
                if rest is not None:
                    return [mark + word[start:end], *rest]
        return None

    result = []
    for word in text.split():
        pieces = cut(word, 0)
        result += [unknown] if pieces is None else pieces
    return result
