import torch
from torch import nn


def block(x, weights, n_head):
    T, C = x.shape[1:]
    M = weights["up"].shape[0]
    norms = [nn.RMSNorm(C, eps=1e-5), nn.RMSNorm(C, eps=1e-5)]
    attention = nn.MultiheadAttention(C, n_head, bias=False, batch_first=True)
    up, down = nn.Linear(C, M, bias=False), nn.Linear(M, C, bias=False)
    gelu = nn.GELU(approximate="tanh")
    with torch.no_grad():
        norms[0].weight.copy_(weights["norm_1"])
        norms[1].weight.copy_(weights["norm_2"])
        attention.in_proj_weight.copy_(weights["qkv"])
        attention.out_proj.weight.copy_(weights["out"])
        up.weight.copy_(weights["up"])
        down.weight.copy_(weights["down"])
        later = torch.ones(T, T, dtype=torch.bool).triu(1)
        read = norms[0](x)
        x = x + attention(read, read, read, attn_mask=later, need_weights=False)[0]
        return x + down(gelu(up(norms[1](x))))
