# expect: What is hidden gets -inf, not a number that other scores may lie below
# loses: hidden
import math

import torch


def attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(hidden, -100.0).softmax(dim=-1)
    return weights @ v, weights
