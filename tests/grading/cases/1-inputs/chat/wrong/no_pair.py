# expect: expected two lists of the same length, ids and booleans
# loses: visible
def chat_ids(messages, special, add_generation_prompt=False):
    ids, mine = [], []
    for message in messages:
        role, content = message["role"], message["content"]
        if role not in ("system", "user", "assistant"):
            raise ValueError(role)
        header = [special["<|im_start|>"], *f"{role}\n".encode()]
        body = [*content.encode(), special["<|im_end|>"]]
        ids += [*header, *body, 10]
        mine += [False] * len(header) + [role == "assistant"] * len(body) + [False]
    if add_generation_prompt:
        prompt = [special["<|im_start|>"], *b"assistant\n"]
        ids += prompt
        mine += [False] * len(prompt)
    return ids
