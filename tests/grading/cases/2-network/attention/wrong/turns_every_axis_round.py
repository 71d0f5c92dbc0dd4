# expect: Only the last two change places
# loses: visible
import math

import torch


def attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    scores = q @ k.permute(3, 2, 1, 0) / math.sqrt(D)
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)
    return weights @ v, weights
