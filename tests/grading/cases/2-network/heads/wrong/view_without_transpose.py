# expect: view alone moves no number
# loses: visible
def split_heads(x, n_head):
    B, T, C = x.shape
    return x.reshape(B, n_head, T, C // n_head)


def merge_heads(x):
    B, H, T, D = x.shape
    return x.transpose(1, 2).reshape(B, T, H * D)


def share_heads(x, n_head):
    return x.repeat_interleave(n_head // x.shape[1], dim=1)
