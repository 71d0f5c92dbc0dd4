# expect: Each row has its own k-th largest
# loses: visible
import torch


def top_k(logits, k):
    if k < 1:
        raise ValueError(k)
    bar = logits.flatten().topk(min(k, logits.shape[-1])).values[-1]
    return logits.masked_fill(logits < bar, -torch.inf)
