# expect: The head's product is computed and counts, tied or not
# loses: hidden
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
    forward = 2 * T * N * matrices + N * 4 * C * T * T
    if shape["head"] == "untied":
        forward += 2 * T * V * C
    return 3 * forward if training else forward
