def wordpiece(text, vocabulary, unknown="[UNK]"):
    result = []
    for rest in text.split():
        at = len(result)
        first = True
        while rest:
            fitting = [
                entry
                for entry in vocabulary
                if entry.startswith("##") != first and rest.startswith(entry.removeprefix("##"))
            ]
            if not fitting:
                result[at:] = [unknown]
                break
            longest = max(fitting, key=len)
            result.append(longest)
            rest = rest[len(longest.removeprefix("##")) :]
            first = False
    return result
