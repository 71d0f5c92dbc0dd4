# expect: top_k changed the logits that it was given
# loses: hidden
import torch


def top_k(logits, k):
    if k < 1:
        raise ValueError(k)
    bar = logits.topk(min(k, logits.shape[-1])).values[..., -1:]
    logits[logits < bar] = -torch.inf
    return logits
