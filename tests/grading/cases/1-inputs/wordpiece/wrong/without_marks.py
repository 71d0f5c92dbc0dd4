# expect: A piece that doesn't begin its word is looked up with ## in front
# loses: visible
def wordpiece(text, vocabulary, unknown="[UNK]"):
    result = []
    for word in text.split():
        pieces, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                if word[start:end] in vocabulary:
                    break
            else:
                pieces = [unknown]
                break
            pieces.append(word[start:end])
            start = end
        result += pieces
    return result
