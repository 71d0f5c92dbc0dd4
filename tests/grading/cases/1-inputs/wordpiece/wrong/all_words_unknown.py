# expect: One unknown word does not make the other words unknown
# loses: visible
def wordpiece(text, vocabulary, unknown="[UNK]"):
    result = []
    for word in text.split():
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                if mark + word[start:end] in vocabulary:
                    break
            else:
                return [unknown]
            result.append(mark + word[start:end])
            start = end
    return result
