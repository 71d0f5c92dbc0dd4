import torch
from torch.nn import functional as F


def gpt(ids, weights, n_head):
    V = len(weights["embedding"])
    return torch.stack([one_text(F.one_hot(row, V).float(), weights, n_head) for row in ids])


def one_text(tokens, weights, n_head):
    T = len(tokens)
    x = tokens @ weights["embedding"] + weights["positions"].narrow(0, 0, T)
    for own in weights["blocks"]:
        q, k, v = (norm(x, own["norm_1"]) @ own["qkv"].T).chunk(3, dim=1)
        mixed = []
        for h in range(n_head):
            a, b, c = (part.chunk(n_head, dim=1)[h] for part in (q, k, v))
            scores = a @ b.T / a.shape[1] ** 0.5 + torch.full((T, T), -torch.inf).triu(1)
            mixed.append(scores.softmax(dim=1) @ c)
        x = x + torch.cat(mixed, dim=1) @ own["out"].T
        x = x + F.gelu(norm(x, own["norm_2"]) @ own["up"].T, approximate="tanh") @ own["down"].T
    return norm(x, weights["norm"]) @ weights["embedding"].T


def norm(x, weight):
    return x / scale(x) * weight


def scale(x):
    return (x.pow(2).sum(dim=-1, keepdim=True) / x.shape[-1] + 1e-5).sqrt()
