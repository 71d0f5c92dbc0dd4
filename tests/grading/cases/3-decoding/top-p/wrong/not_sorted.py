# expect: Add up from the most probable token down
# loses: visible
import torch


def top_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    if p == 1:
        return logits
    chances = logits.softmax(-1)
    before = chances.cumsum(-1) - chances
    return logits.masked_fill(before >= p, -torch.inf)
