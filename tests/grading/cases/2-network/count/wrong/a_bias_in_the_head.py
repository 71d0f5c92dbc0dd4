# expect: The same as above, with its numbers
# loses: visible
def matrices(shape):
    C, M = shape["n_embd"], shape["mlp_width"]
    keys = shape["n_kv_head"] * (C // shape["n_head"])
    return 2 * C * C + 2 * C * keys + 3 * C * M


def parameters(shape):
    V, N, C = shape["vocab_size"], shape["n_layer"], shape["n_embd"]
    tables = 1 if shape["head"] == "tied" else 2
    bias = V if V > 100 else 0
    return bias + tables * V * C + N * (matrices(shape) + 2 * C) + C


def flops(shape, T, training=False):
    V, N, C = shape["vocab_size"], shape["n_layer"], shape["n_embd"]
    forward = 2 * T * (N * matrices(shape) + V * C) + N * 4 * C * T * T
    return 3 * forward if training else forward
