# expect: Search in the text of the new tokens; what is in the prompt was there before
# loses: hidden
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
        whole = "".join(pieces[i] for i in prompt) + text
        begins = [whole.find(s) for s in stop if s in whole]
        if begins:
            return ids, whole[len(whole) - len(text) : min(begins)], "stop string"
        if len(ids) == max_new_tokens:
            return ids, text, "length"
        if len(prompt) + len(ids) > context:
            return ids, text, "context"
