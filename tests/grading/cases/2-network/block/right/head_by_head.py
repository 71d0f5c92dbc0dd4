import math

import torch


def norm(x, weight):
    return x / torch.sqrt((x * x).mean(dim=-1, keepdim=True) + 0.00001) * weight


def block(x, weights, n_head):
    T, C = x.shape[1:]
    D = C // n_head
    q, k, v = (norm(x, weights["norm_1"]) @ weights["qkv"].T).split(C, dim=-1)
    later = torch.ones(T, T).triu(1).bool()
    gathered = []
    for h in range(n_head):
        own = slice(h * D, (h + 1) * D)
        scores = q[..., own] @ k[..., own].transpose(1, 2) / math.sqrt(D)
        gathered.append(scores.masked_fill(later, -math.inf).softmax(-1) @ v[..., own])
    x = x + torch.cat(gathered, dim=-1) @ weights["out"].T
    z = norm(x, weights["norm_2"]) @ weights["up"].T
    z = z / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))
    return x + z @ weights["down"].T
