# The textbook way: the mask of what is past p, moved one place on.
import torch


def top_p(logits, p):
    if p <= 0 or p > 1:
        raise ValueError("p is a probability above 0")
    if p == 1:
        return logits.clone()
    ordered, order = torch.sort(logits, descending=True, stable=True)
    gone = torch.softmax(ordered, -1).cumsum(-1) >= p
    gone = torch.cat([torch.zeros_like(gone[..., :1]), gone[..., :-1]], dim=-1)
    filtered = ordered.masked_fill(gone, float("-inf"))
    return torch.empty_like(logits).scatter(-1, order, filtered)
