def wordpiece(text, vocabulary, unknown="[UNK]"):
    def cut(rest, mark):
        if not rest:
            return []
        for length in range(len(rest), 0, -1):
            piece = mark + rest[:length]
            if piece in vocabulary:
                following = cut(rest[length:], "##")
                return None if following is None else [piece, *following]
        return None

    return [piece for word in text.split() for piece in cut(word, "") or [unknown]]
