# expect: What stays keeps its logit
# loses: visible
import torch


def top_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    if p == 1:
        return logits
    chances, order = logits.softmax(-1).sort(dim=-1, descending=True, stable=True)
    kept = torch.where(chances.cumsum(-1) - chances < p, chances, -torch.inf)
    return torch.empty_like(logits).scatter(-1, order, kept)
