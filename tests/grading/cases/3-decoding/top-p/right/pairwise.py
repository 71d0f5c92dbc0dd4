# No sorting: the probability of all that is ahead of each token, as one einsum.
import torch


def top_p(logits, p):
    if p <= 0 or p > 1:
        raise ValueError("p is a probability above 0")
    if p == 1:
        return logits
    row, column = logits.unsqueeze(-1), logits.unsqueeze(-2)  # ... V 1 and ... 1 V
    earlier = torch.ones(logits.shape[-1], logits.shape[-1], dtype=torch.bool).tril(-1)
    ahead = (column > row) | ((column == row) & earlier)
    before = torch.einsum("...ij,...j->...i", ahead.to(logits.dtype), logits.softmax(-1))
    return torch.where(before < p, logits, float("-inf"))
