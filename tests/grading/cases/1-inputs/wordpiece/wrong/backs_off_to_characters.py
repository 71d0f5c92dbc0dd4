# expect: A word that can't be cut becomes one unknown token, all of it
# loses: visible
def wordpiece(text, vocabulary, unknown="[UNK]"):
    result = []
    for word in text.split():
        pieces, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                if mark + word[start:end] in vocabulary:
                    break
            else:
                pieces = [word[0], *("##" + letter for letter in word[1:])]
                break
            pieces.append(mark + word[start:end])
            start = end
        result += pieces
    return result
