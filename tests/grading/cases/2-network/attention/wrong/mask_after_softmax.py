# expect: The mask comes before the softmax
# loses: visible
import math

import torch


def attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.softmax(dim=-1)
    weights = weights.masked_fill(hidden, 0.0)
    return weights @ v, weights
