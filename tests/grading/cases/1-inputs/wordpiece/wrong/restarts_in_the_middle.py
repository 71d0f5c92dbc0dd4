# expect: After the place where nothing fits there is no new start
# loses: hidden
def wordpiece(text, vocabulary, unknown="[UNK]"):
    result = []
    for word in text.split():
        pieces, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            for end in range(len(word), start, -1):
                if mark + word[start:end] in vocabulary:
                    pieces.append(mark + word[start:end])
                    start = end
                    break
            else:
                pieces = [unknown]  # what came before is dropped, but the search goes on behind it
                start += 1
        result += pieces
    return result
