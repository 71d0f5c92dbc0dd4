# expect: With a cache, the first new token stands after the S - T tokens of the cache
# loses: visible
import math

import torch


def attend(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache["keys"], k], dim=2)
        v = torch.cat([cache["values"], v], dim=2)
    T, S, D = q.shape[2], k.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    hidden = torch.ones(T, S, dtype=torch.bool).triu(1)
    mixed = scores.masked_fill(hidden, -torch.inf).softmax(-1) @ v
    return mixed, {"keys": k, "values": v}
