# expect: the model reads 6 tokens at most; it was given 7
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
        begins = [text.find(s) for s in stop if s in text]
        if begins:
            return ids, text[: min(begins)], "stop string"
        if len(ids) == max_new_tokens:
            return ids, text, "length"
