# expect: attend changed the cache that it was given
# loses: hidden
import math

import torch


def attend(q, k, v, cache=None):
    if cache is None:
        cache = {"keys": k, "values": v}
    else:
        cache["keys"] = torch.cat([cache["keys"], k], dim=2)
        cache["values"] = torch.cat([cache["values"], v], dim=2)
    T, S, D = q.shape[2], cache["keys"].shape[2], q.shape[3]
    scores = q @ cache["keys"].transpose(2, 3) / math.sqrt(D)
    hidden = torch.ones(T, S, dtype=torch.bool).triu(S - T + 1)
    return scores.masked_fill(hidden, -torch.inf).softmax(-1) @ cache["values"], cache
