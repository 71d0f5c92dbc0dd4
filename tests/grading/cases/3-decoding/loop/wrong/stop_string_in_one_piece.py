# expect: A stop string may begin in one token and end in a later one
# loses: visible
import torch


def generate(model, prompt, pieces, max_new_tokens, context, end=None, stop=()):
    if not prompt or len(prompt) > context or max_new_tokens < 1:
        raise ValueError("nothing to continue, or no room")
    ids, text = [], ""
    while True:
        logits = model(torch.tensor([prompt + ids]))
        token = logits[0, -1].argmax().item()
        if token == end:
            return ids, text, "end"
        ids.append(token)
        text += pieces[token]
        if any(s in pieces[token] for s in stop):
            return ids, text[: -len(pieces[token])], "stop string"
        if len(ids) == max_new_tokens:
            return ids, text, "length"
        if len(prompt) + len(ids) > context:
            return ids, text, "context"
