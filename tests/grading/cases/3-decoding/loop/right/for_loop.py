# A for loop over the room that is left; text decoded anew each time.
import torch


def generate(model, prompt, pieces, max_new_tokens, context, end=None, stop=()):
    if len(prompt) == 0:
        raise ValueError("the prompt is empty")
    if len(prompt) > context:
        raise ValueError("the prompt is too long")
    if max_new_tokens <= 0:
        raise ValueError("no token was asked for")
    room = context - len(prompt) + 1
    everything = list(prompt)
    for _ in range(min(room, max_new_tokens)):
        with torch.no_grad():
            scores = model(torch.tensor(everything).unsqueeze(0))[0][-1]
        everything.append(int(torch.argmax(scores)))
        new = everything[len(prompt) :]
        if everything[-1] == end:
            new = new[:-1]
            return new, "".join(pieces[i] for i in new), "end"
        text = "".join(pieces[i] for i in new)
        cut = len(text)
        for string in stop:
            if string in text:
                cut = min(cut, text.index(string))
        if cut < len(text):
            return new, text[:cut], "stop string"
    return new, text, "length" if max_new_tokens <= room else "context"
