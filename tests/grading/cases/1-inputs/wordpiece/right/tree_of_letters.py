def wordpiece(text, vocabulary, unknown="[UNK]"):
    tree = {}
    for entry in vocabulary:
        node = tree
        for letter in entry:
            node = node.setdefault(letter, {})
        node[""] = entry

    def longest(node, word, place):
        found, end = None, place
        while node is not None:
            if "" in node:
                found, end = node[""], place
            node = node.get(word[place]) if place < len(word) else None
            place += 1
        return found, end

    inside = tree.get("#", {}).get("#", {})
    result = []
    for word in text.split():
        pieces, place = [], 0
        while place < len(word):
            piece, place = longest(inside if place else tree, word, place)
            if piece is None:
                pieces = [unknown]
                break
            pieces.append(piece)
        result.extend(pieces)
    return result
