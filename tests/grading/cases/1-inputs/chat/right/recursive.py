# The first message, then the rest of the chat by the same function.
def chat_ids(messages, special, add_generation_prompt=False):
    start, end = special["<|im_start|>"], special["<|im_end|>"]
    if not messages:
        prompt = [start, *bytes("assistant\n", "utf-8")] if add_generation_prompt else []
        return prompt, [False for _ in prompt]
    first, *others = messages
    match first:
        case {"role": "assistant", "content": said}:
            name, learned = b"assistant", True
        case {"role": "user" | "system" as role, "content": said}:
            name, learned = role.encode(), False
        case _:
            raise ValueError("only system, user and assistant speak")
    said = list(said.encode())
    ids = [start, *list(name), 10, *said, end, 10]
    mine = [False] * (len(name) + 2) + [learned] * (len(said) + 1) + [False]
    rest = chat_ids(others, special, add_generation_prompt)
    return ids + rest[0], mine + rest[1]
