# expect: With k above V every token stays
# loses: hidden
import torch


def top_k(logits, k):
    if k < 1:
        raise ValueError(k)
    bar = logits.topk(k).values[..., -1:]
    return logits.masked_fill(logits < bar, -torch.inf)
