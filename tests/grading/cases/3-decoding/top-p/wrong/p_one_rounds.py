# expect: With p = 1 every token stays
# loses: hidden
import torch


def top_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    chances = ordered.softmax(-1)
    gone = chances.cumsum(-1) - chances >= p
    return logits.masked_fill(torch.zeros_like(gone).scatter(-1, order, gone), -torch.inf)
