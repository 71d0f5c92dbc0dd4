# expect: No token may see what comes after it: attention is causal
# loses: visible
import torch.nn.functional as F


def norm(x, weight):
    return F.rms_norm(x, weight.shape, weight, 1e-5)


def block(x, own, n_head):
    B, T, C = x.shape
    qkv = norm(x, own["norm_1"]) @ own["qkv"].T
    heads = qkv.view(B, T, 3 * n_head, C // n_head).transpose(1, 2)
    mixed = F.scaled_dot_product_attention(*heads.chunk(3, dim=1))
    x = x + mixed.transpose(1, 2).reshape(B, T, C) @ own["out"].T
    hidden = F.gelu(norm(x, own["norm_2"]) @ own["up"].T, approximate="tanh")
    return x + hidden @ own["down"].T


def gpt(ids, weights, n_head):
    x = weights["embedding"][ids] + weights["positions"][: ids.shape[1]]
    for own in weights["blocks"]:
        x = block(x, own, n_head)
    return norm(x, weights["norm"]) @ weights["embedding"].T
