# expect: This norm subtracts no mean: what you have is LayerNorm
# loses: visible
import torch.nn.functional as F


def block(x, weights, n_head):
    B, T, C = x.shape
    read = F.layer_norm(x, (C,), weights["norm_1"], None, 1e-5)
    heads = (read @ weights["qkv"].T).view(B, T, 3 * n_head, C // n_head).transpose(1, 2)
    q, k, v = heads.chunk(3, dim=1)
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    x = x + mixed.transpose(1, 2).reshape(B, T, C) @ weights["out"].T
    read = F.layer_norm(x, (C,), weights["norm_2"], None, 1e-5)
    return x + F.gelu(read @ weights["up"].T, approximate="tanh") @ weights["down"].T
