# expect: Divide the scores by √D
# loses: visible
import torch


def attend(q, k, v, cache=None):
    if cache is not None:
        k = torch.cat([cache["keys"], k], dim=2)
        v = torch.cat([cache["values"], v], dim=2)
    T, S = q.shape[2], k.shape[2]
    scores = q @ k.transpose(2, 3)
    hidden = torch.ones(T, S, dtype=torch.bool).triu(S - T + 1)
    mixed = scores.masked_fill(hidden, -torch.inf).softmax(-1) @ v
    return mixed, {"keys": k, "values": v}
