# A tensor that grows by cat, and a regular expression for the stop strings.
import re

import torch


def generate(model, prompt, pieces, max_new_tokens, context, end=None, stop=()):
    if not 1 <= len(prompt) <= context or max_new_tokens < 1:
        raise ValueError("check the prompt and the limits")
    pattern = re.compile("|".join(re.escape(string) for string in stop)) if stop else None
    ids = torch.tensor([prompt])
    stopped = None
    text = ""
    while stopped is None:
        token = model(ids)[:, -1:].argmax(dim=-1)
        if end is not None and token.item() == end:
            stopped = "end"
            break
        ids = torch.cat([ids, token], dim=1)
        text += pieces[token.item()]
        if pattern and (found := pattern.search(text)):
            text, stopped = text[: found.start()], "stop string"
        elif ids.shape[1] - len(prompt) >= max_new_tokens:
            stopped = "length"
        elif ids.shape[1] > context:
            stopped = "context"
    return ids[0, len(prompt) :].tolist(), text, stopped
