# No sorting: a token stays where fewer than k others are larger.
import torch


def top_k(logits, k):
    if k <= 0:
        raise ValueError("k is too small")
    larger = (logits.unsqueeze(-2) > logits.unsqueeze(-1)).sum(-1)  # how many beat each token
    return torch.where(larger < k, logits, torch.full_like(logits, float("-inf")))
