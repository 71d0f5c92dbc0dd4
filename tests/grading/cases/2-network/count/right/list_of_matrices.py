from math import prod


def products(shape):
    """(rows, columns) of every matrix that a token is multiplied with."""
    V, N, C, H, K, M = (
        shape[name]
        for name in ("vocab_size", "n_layer", "n_embd", "n_head", "n_kv_head", "mlp_width")
    )
    keys = K * C // H
    block = [(C, C), (keys, C), (keys, C), (C, C), (M, C), (M, C), (C, M)]
    return [*block * N, (V, C)]


def parameters(shape):
    *blocks, head = products(shape)
    norms = shape["n_embd"] * (2 * shape["n_layer"] + 1)
    copies = {"tied": 1, "untied": 2}[shape["head"]]
    return sum(map(prod, blocks)) + copies * prod(head) + norms


def flops(shape, T, training=False):
    D = shape["n_embd"] // shape["n_head"]
    pair = sum([2 * D, 2 * D])
    scores = shape["n_layer"] * shape["n_head"] * pair * T**2
    forward = sum(2 * T * prod(matrix) for matrix in products(shape)) + scores
    backward = 2 * forward
    return forward + (backward if training else 0)
