import torch


def split_heads(x, n_head):
    C = x.shape[2]
    return torch.stack(x.split(C // n_head, dim=2), dim=1)


def merge_heads(x):
    return torch.cat([x[:, h] for h in range(x.shape[1])], dim=-1)


def share_heads(x, n_head):
    return torch.stack([x[:, h * x.shape[1] // n_head] for h in range(n_head)], dim=1)
