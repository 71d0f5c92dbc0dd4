# expect: The result is (B, H, T, D): tokens before channels in each head
# loses: visible
def split_heads(x, n_head):
    B, T, C = x.shape
    return x.reshape(B, T, n_head, C // n_head).permute(0, 2, 3, 1)


def merge_heads(x):
    B, H, T, D = x.shape
    return x.transpose(1, 2).reshape(B, T, H * D)


def share_heads(x, n_head):
    return x.repeat_interleave(n_head // x.shape[1], dim=1)
