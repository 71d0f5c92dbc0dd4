import torch


def split_heads(x, n_head):
    channels = torch.arange(x.shape[-1]).view(n_head, -1)  # H D
    return x[..., channels].movedim(-2, 1)


def merge_heads(x):
    return torch.flatten(x.movedim(1, 2), start_dim=-2)


def share_heads(x, n_head):
    group = n_head // x.shape[1]
    return x.index_select(1, torch.arange(n_head).div(group, rounding_mode="floor"))
