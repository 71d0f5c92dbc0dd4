# expect: 0.00001 is added to the mean square in each norm, inside of the root
# loses: hidden
import torch.nn.functional as F


def block(x, weights, n_head):
    B, T, C = x.shape
    read = F.rms_norm(x, (C,), weights["norm_1"])
    heads = (read @ weights["qkv"].T).view(B, T, 3 * n_head, C // n_head).transpose(1, 2)
    q, k, v = heads.chunk(3, dim=1)
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    x = x + mixed.transpose(1, 2).reshape(B, T, C) @ weights["out"].T
    read = F.rms_norm(x, (C,), weights["norm_2"])
    return x + F.gelu(read @ weights["up"].T, approximate="tanh") @ weights["down"].T
