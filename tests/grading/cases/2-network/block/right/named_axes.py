import torch
from torch import einsum


def normed(x, scale):
    return einsum("btc,bt,c->btc", x, (x.square().mean(-1) + 1e-5).rsqrt(), scale)


def block(x, weights, n_head):
    C = x.shape[-1]
    qkv = weights["qkv"].reshape(3, n_head, C // n_head, C)
    q, k, v = einsum("nhdc,btc->nbhtd", qkv, normed(x, weights["norm_1"]))
    scores = einsum("bhtd,bhsd->bhts", q, k) * (C // n_head) ** -0.5
    place = torch.arange(x.shape[1])
    scores = torch.where(place[:, None] < place, -1e9, scores)
    mixed = einsum("bhts,bhsd->bthd", torch.softmax(scores, dim=-1), v)
    x = x + einsum("bthd,ohd->bto", mixed, weights["out"].reshape(C, n_head, C // n_head))
    z = einsum("mc,btc->btm", weights["up"], normed(x, weights["norm_2"]))
    z = z * torch.sigmoid(1.5957691216057308 * (z + 0.044715 * z * z * z))
    return x + einsum("cm,btm->btc", weights["down"], z)
