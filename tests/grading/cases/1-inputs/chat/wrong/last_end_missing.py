# expect: The end mark is missing after the last turn
# loses: visible
def chat_ids(messages, special, add_generation_prompt=False):
    ids, mine = [], []
    for place, message in enumerate(messages):
        role = message["role"]
        if role not in ("system", "user", "assistant"):
            raise ValueError(role)
        if place:  # between the turns
            ids += [special["<|im_end|>"], 10]
            mine += [messages[place - 1]["role"] == "assistant", False]
        header = [special["<|im_start|>"], *f"{role}\n".encode()]
        body = message["content"].encode()
        ids += [*header, *body]
        mine += [False] * len(header) + [role == "assistant"] * len(body)
    if add_generation_prompt:
        prompt = [special["<|im_end|>"], 10, special["<|im_start|>"], *b"assistant\n"]
        ids += prompt
        mine += [False] * len(prompt)
    return ids, mine
