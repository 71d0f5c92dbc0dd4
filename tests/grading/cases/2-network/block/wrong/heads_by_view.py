# expect: Each head has neighbouring channels of every token: cut the channels, (B, T, H, D), and then swap T and H
# loses: visible
import torch.nn.functional as F


def attend(x, weights, n_head):
    B, T, C = x.shape
    q, k, v = (x @ weights["qkv"].T).reshape(B, 3 * n_head, T, C // n_head).chunk(3, dim=1)
    mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    return mixed.transpose(1, 2).reshape(B, T, C) @ weights["out"].T


def feed_forward(x, weights):
    return F.gelu(x @ weights["up"].T, approximate="tanh") @ weights["down"].T


def norm(x, weight):
    return F.rms_norm(x, weight.shape, weight, 1e-5)


def block(x, weights, n_head):
    x = x + attend(norm(x, weights["norm_1"]), weights, n_head)
    return x + feed_forward(norm(x, weights["norm_2"]), weights)
