def parameters(shape):
    C, H, K = shape["n_embd"], shape["n_head"], shape["n_kv_head"]
    attention = 2 * C * C * (H + K) // H
    layer = attention + 3 * C * shape["mlp_width"] + 2 * C
    once = C * (1 + shape["vocab_size"] * {"tied": 1, "untied": 2}[shape["head"]])
    return shape["n_layer"] * layer + once


def flops(shape, T, training=False):
    C = shape["n_embd"]
    norms = (2 * shape["n_layer"] + 1) * C
    matrices = parameters({**shape, "head": "tied"}) - norms
    return (2 * T * matrices + shape["n_layer"] * 4 * T**2 * C) * (1 + 2 * bool(training))
