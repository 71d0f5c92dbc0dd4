# expect: A token may not see the tokens after it
# loses: visible
import math

import torch


def attention(q, k, v):
    T, D = q.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    hidden = torch.arange(T) > T - 1  # for the last token, and used for all
    weights = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)
    return weights @ v, weights
