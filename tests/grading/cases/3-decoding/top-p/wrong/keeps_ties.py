# expect: Of equal tokens the earlier stays
# loses: visible
import torch


def top_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    if p == 1:
        return logits
    ordered = logits.sort(dim=-1, descending=True).values
    chances = ordered.softmax(-1)
    needed = (chances.cumsum(-1) - chances < p).sum(-1, keepdim=True)
    bar = ordered.gather(-1, needed - 1)
    return logits.masked_fill(logits < bar, -torch.inf)
