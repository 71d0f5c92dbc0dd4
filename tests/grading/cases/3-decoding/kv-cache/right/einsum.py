# einsum in float64, with a mask that is added to the scores.
import torch


def attend(q, k, v, cache=None):
    old = cache or {"keys": k[:, :, :0], "values": v[:, :, :0]}
    keys, values = torch.cat((old["keys"], k), 2), torch.cat((old["values"], v), 2)
    T, D = q.shape[2:]
    scores = torch.einsum("bhtd,bhsd->bhts", q.double(), keys.double()) * D**-0.5
    bias = torch.full((T, keys.shape[2]), float("-inf"), dtype=torch.float64)
    weights = torch.softmax(scores + bias.triu(old["keys"].shape[2] + 1), dim=-1)
    mixed = torch.einsum("bhts,bhsd->bhtd", weights, values.double())
    return mixed.to(q.dtype), {"keys": keys, "values": values}
