# expect: A weight is NaN: exp of a large score is infinite, and of a very negative one 0
# loses: hidden
import math

import torch


def attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = torch.exp(scores - scores.max()).masked_fill(hidden, 0.0)
    weights = weights / weights.sum(dim=-1, keepdim=True)
    return weights @ v, weights
