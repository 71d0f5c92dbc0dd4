# expect: Divide the scores by √D, here 2, before the softmax
# loses: visible
import torch


def attention(q, k, v):
    T = q.shape[2]
    scores = q @ k.transpose(2, 3)
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
    weights = scores.masked_fill(hidden, -torch.inf).softmax(dim=-1)
    return weights @ v, weights
