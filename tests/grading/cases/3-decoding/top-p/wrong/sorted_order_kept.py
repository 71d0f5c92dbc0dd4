# expect: What you found must go back to the place where its token stood
# loses: visible
import torch


def top_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    if p == 1:
        return logits
    ordered = logits.sort(dim=-1, descending=True, stable=True).values
    chances = ordered.softmax(-1)
    before = chances.cumsum(-1) - chances
    return ordered.masked_fill(before >= p, -torch.inf)
