# A queue of places, the lowest id first; what has been joined since is passed over.
import heapq
import re

WORD = re.compile(
    r"'(?i:[sdmt]|ll|ve|re)|(?:[^\r\n\w]|_)?[^\W\d_]+|\d{1,3}"
    r"| ?(?:[^\s\w]|_)+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def cut(data, table):
    end = {i: i + 1 for i in range(len(data))}  # where the token that begins at a place ends
    queue = []

    def look(i):
        middle = end.get(i)
        if middle in end and data[i : end[middle]] in table:
            heapq.heappush(queue, (table[data[i : end[middle]]], i, middle, end[middle]))

    for i in range(len(data)):
        look(i)
    while queue:
        _, i, middle, last = heapq.heappop(queue)
        if end.get(i) == middle and end.get(middle) == last:
            del end[middle]
            end[i] = last
            look(i)
            for before, stop in end.items():
                if stop == i:
                    look(before)
                    break
    return [data[i:last] for i, last in sorted(end.items())]


def encode(text, table, special, allowed=()):
    ids, start = [], 0
    while start < len(text):
        places = {mark: text.find(mark, start) for mark in allowed}
        found = {mark: place for mark, place in places.items() if place >= 0}
        mark = min(found, key=found.get) if found else ""
        stop = found[mark] if found else len(text)
        for word in WORD.findall(text[start:stop]):
            ids += [table[part] for part in cut(word.encode(), table)]
        if found:
            ids.append(special[mark])
        start = stop + len(mark)
    return ids
