# expect: Stop at the token that crosses p
# loses: visible
import torch


def top_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    if p == 1:
        return logits
    ordered, order = logits.sort(dim=-1, descending=True, stable=True)
    gone = ordered.softmax(-1).cumsum(-1) > p
    gone[..., 2:] = gone[..., :-2].clone()
    gone[..., :2] = False
    return logits.masked_fill(torch.zeros_like(gone).scatter(-1, order, gone), -torch.inf)
