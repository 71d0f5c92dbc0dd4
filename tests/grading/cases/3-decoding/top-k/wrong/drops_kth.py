# expect: The k-th largest stays
# loses: visible
import torch


def top_k(logits, k):
    if k < 1:
        raise ValueError(k)
    bar = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    return torch.where(logits > bar, logits, -torch.inf)
