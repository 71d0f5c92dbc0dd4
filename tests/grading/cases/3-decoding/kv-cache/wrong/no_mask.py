# expect: A token may not see the tokens after it
# loses: visible
import math

import torch


def attend(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache["keys"], k], dim=2)
        v = torch.cat([cache["values"], v], dim=2)
    D = q.shape[3]
    scores = q @ k.transpose(2, 3) / math.sqrt(D)
    mixed = scores.softmax(-1) @ v
    return mixed, {"keys": k, "values": v}
