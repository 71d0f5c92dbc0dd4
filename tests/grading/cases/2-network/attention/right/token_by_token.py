import torch


def attention(q, k, v):
    B, H, T, D = q.shape
    mixed, weights = torch.zeros_like(q), torch.zeros(B, H, T, T, dtype=q.dtype)
    for t in range(T):
        scores = (k[:, :, : t + 1] * q[:, :, t : t + 1]).sum(dim=-1) / D**0.5
        row = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
        row = row / row.sum(dim=-1, keepdim=True)
        weights[:, :, t, : t + 1] = row
        mixed[:, :, t] = (row[..., None] * v[:, :, : t + 1]).sum(dim=2)
    return mixed, weights
