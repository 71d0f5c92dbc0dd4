# expect: Repeat whole heads, along axis 1
# loses: visible


def split_heads(x, n_head):
    B, T, C = x.shape
    return x.reshape(B, T, n_head, C // n_head).transpose(1, 2)


def merge_heads(x):
    B, H, T, D = x.shape
    return x.transpose(1, 2).reshape(B, T, H * D)


def share_heads(x, n_head):
    B, K, S, D = x.shape
    return x.repeat_interleave(n_head // K, dim=2).reshape(B, n_head, S, D)
