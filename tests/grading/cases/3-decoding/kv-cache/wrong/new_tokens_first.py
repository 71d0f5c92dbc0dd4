# expect: The second sees 1 and 3, the third 1, 3 and 5
# loses: visible
import math

import torch


def attend(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([k, cache["keys"]], dim=2)
        v = torch.cat([v, cache["values"]], dim=2)
    T, S, D = q.shape[2], k.shape[2], q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    hidden = torch.ones(T, S, dtype=torch.bool).triu(S - T + 1)
    mixed = scores.masked_fill(hidden, -torch.inf).softmax(-1) @ v
    return mixed, {"keys": k, "values": v}
