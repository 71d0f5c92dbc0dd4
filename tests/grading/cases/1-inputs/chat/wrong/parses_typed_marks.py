# expect: The user typed this, so it is text
# loses: visible
import re


def chat_ids(messages, special, add_generation_prompt=False):
    text, learned = "", []
    for message in messages:
        role, content = message["role"], message["content"]
        if role not in ("system", "user", "assistant"):
            raise ValueError(role)
        start = len(text) + len(f"<|im_start|>{role}\n")
        text += f"<|im_start|>{role}\n{content}<|im_end|>\n"
        if role == "assistant":
            learned.append((start, len(text) - 1))
    if add_generation_prompt:
        text += "<|im_start|>assistant\n"
    ids, mine = [], []
    for found in re.finditer("|".join(map(re.escape, special)) + "|.", text, flags=re.S):
        piece = found.group()
        new = [special[piece]] if piece in special else list(piece.encode())
        ids += new
        mine += [any(a <= found.start() < b for a, b in learned)] * len(new)
    return ids, mine
