# expect: got None (NoneType), expected {1, 3, 4} (set)
# loses: visible
import torch


def top_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    chances = ordered.softmax(-1)
    gone = chances.cumsum(-1) - chances >= p
    logits.masked_fill(torch.zeros_like(gone).scatter(-1, order, gone), -torch.inf)
