import torch


def attention(q, k, v):
    B, H, T, D = q.shape
    q, k, v = (each.reshape(B * H, T, D) for each in (q, k, v))
    mask = torch.full((T, T), float("-inf"), dtype=q.dtype).triu(diagonal=1)
    scores = torch.baddbmm(mask.expand(B * H, T, T), q, k.mT, alpha=D**-0.5)
    weights = torch.nn.functional.softmax(scores, -1)
    return torch.bmm(weights, v).reshape(B, H, T, D), weights.reshape(B, H, T, T)
