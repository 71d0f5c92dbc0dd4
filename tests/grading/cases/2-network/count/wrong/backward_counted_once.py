# expect: The backward pass costs twice the forward pass, so training costs three times it
# loses: visible
def matrices_of(shape):
    C = shape["n_embd"]
    H = shape["n_head"]
    keys = shape["n_kv_head"] * (C // H)
    return 2 * C * C + 2 * C * keys + 3 * C * shape["mlp_width"]


def parameters(shape):
    V, N, C = shape["vocab_size"], shape["n_layer"], shape["n_embd"]
    matrices = matrices_of(shape)
    tables = 1 if shape["head"] == "tied" else 2
    return tables * V * C + N * (matrices + 2 * C) + C


def flops(shape, T, training=False):
    V, N, C = shape["vocab_size"], shape["n_layer"], shape["n_embd"]
    matrices = matrices_of(shape)
    forward = 2 * T * (N * matrices + V * C) + N * 4 * C * T * T
    return 2 * forward if training else forward
