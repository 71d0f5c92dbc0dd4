def split_heads(x, n_head):
    return x.unflatten(-1, (n_head, -1)).permute(0, 2, 1, 3)


def merge_heads(x):
    return x.permute(0, 2, 1, 3).flatten(2)


def share_heads(x, n_head):
    B, K, S, D = x.shape
    return x[:, :, None].expand(B, K, n_head // K, S, D).reshape(B, n_head, S, D)
