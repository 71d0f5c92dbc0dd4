# expect: Stop asking the model once there is a reason to stop
# loses: hidden
import torch


def generate(model, prompt, pieces, max_new_tokens, context, end=None, stop=()):
    if not prompt or len(prompt) > context or max_new_tokens < 1:
        raise ValueError("nothing to continue, or no room")
    room = min(max_new_tokens, context - len(prompt) + 1)
    tokens = []
    for _ in range(room):
        tokens.append(model(torch.tensor([prompt + tokens]))[0, -1].argmax().item())
    ids, text = [], ""
    for token in tokens:
        if token == end:
            return ids, text, "end"
        ids.append(token)
        text += pieces[token]
        begins = [text.find(s) for s in stop if s in text]
        if begins:
            return ids, text[: min(begins)], "stop string"
    return ids, text, "length" if room == max_new_tokens else "context"
