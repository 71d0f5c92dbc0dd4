# expect: A token that ties with the k-th stays too
# loses: visible
import torch


def top_k(logits, k):
    if k < 1:
        raise ValueError(k)
    values, places = logits.topk(min(k, logits.shape[-1]))
    return torch.full_like(logits, -torch.inf).scatter(-1, places, values)
