# expect: The longest piece that fits comes first
# loses: visible
def wordpiece(text, vocabulary, unknown="[UNK]"):
    result = []
    for word in text.split():
        pieces, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(start + 1, len(word) + 1):
                if mark + word[start:end] in vocabulary:
                    break
            else:
                pieces = [unknown]
                break
            pieces.append(mark + word[start:end])
            start = end
        result += pieces
    return result
