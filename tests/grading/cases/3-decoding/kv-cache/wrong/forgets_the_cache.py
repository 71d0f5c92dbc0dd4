# expect: The cache keeps the keys and values of all the tokens so far
# loses: visible
import math

import torch


def attend(q, k, v, cache=None):
    T, S, D = q.shape[2], k.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    hidden = torch.ones(T, S, dtype=torch.bool).triu(S - T + 1)
    mixed = scores.masked_fill(hidden, -torch.inf).softmax(-1) @ v
    return mixed, {"keys": k, "values": v}
