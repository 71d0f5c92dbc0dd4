import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, own, n_head):
        super().__init__()
        self.own, self.n_head = own, n_head
        self.bend = nn.GELU(approximate="tanh")

    def attend(self, x):
        T, C = x.shape[1:]
        D = C // self.n_head
        parts = []
        for part in (x @ self.own["qkv"].T).split(C, dim=-1):
            parts.append(torch.stack(part.split(D, dim=-1), dim=1))
        q, k, v = parts
        scores = torch.einsum("bhtd,bhsd->bhts", q, k) / D**0.5
        later = torch.arange(T)[:, None] < torch.arange(T)
        weights = scores.masked_fill(later, -torch.inf).softmax(dim=-1)
        return torch.cat((weights @ v).unbind(dim=1), dim=-1) @ self.own["out"].T

    def forward(self, x):
        x = x + self.attend(normed(x, self.own["norm_1"]))
        hidden = self.bend(normed(x, self.own["norm_2"]) @ self.own["up"].T)
        return x + hidden @ self.own["down"].T


def normed(x, weight):
    return x * torch.rsqrt(x.square().mean(dim=-1, keepdim=True) + 1e-5) * weight


def gpt(ids, weights, n_head):
    table = nn.functional.embedding(ids, weights["embedding"])
    x = table + weights["positions"][torch.arange(ids.shape[1])]
    x = nn.Sequential(*[Block(own, n_head) for own in weights["blocks"]])(x)
    return nn.functional.linear(normed(x, weights["norm"]), weights["embedding"])
