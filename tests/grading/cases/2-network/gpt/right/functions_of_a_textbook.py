import math

import torch


def gelu(z):
    return 0.5 * z * (1 + torch.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * torch.pow(z, 3))))


def rms(x, g, eps=0.00001):
    return g * (x / torch.sqrt(torch.mean(x**2, dim=-1, keepdim=True) + eps))


def heads(x, n):  # b t (h d) -> b h t d
    return torch.stack(torch.tensor_split(x, n, dim=-1), dim=1)


def mha(x, own, n):
    q, k, v = (heads(part, n) for part in torch.tensor_split(x @ own["qkv"].mT, 3, dim=-1))
    att = q @ k.mT / math.sqrt(q.shape[-1])
    att = att - 1e10 * (1 - torch.tril(torch.ones_like(att)))
    return torch.cat(list((att.softmax(-1) @ v).unbind(1)), -1)


def gpt(ids, weights, n_head):
    wte, wpe = weights["embedding"], weights["positions"]
    x = wte[ids.flatten()].unflatten(0, ids.shape) + wpe[range(ids.shape[-1])]
    for own in weights["blocks"]:
        x = x + mha(rms(x, own["norm_1"]), own, n_head) @ own["out"].mT
        x = x + gelu(rms(x, own["norm_2"]) @ own["up"].mT) @ own["down"].mT
    return torch.einsum("btc,vc->btv", rms(x, weights["norm"]), wte)
