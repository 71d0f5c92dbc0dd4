# expect: Swap the axes H and T back before you join H and D
# loses: visible
def split_heads(x, n_head):
    B, T, C = x.shape
    return x.reshape(B, T, n_head, C // n_head).transpose(1, 2)


def merge_heads(x):
    B, H, T, D = x.shape
    return x.reshape(B, T, H * D)


def share_heads(x, n_head):
    return x.repeat_interleave(n_head // x.shape[1], dim=1)
