# Log-probabilities in float64; what was said as a one-hot table.
import math

import torch


def min_p(logits, p):
    if p <= 0 or p > 1:
        raise ValueError("p is a probability above 0")
    wide = logits.double().log_softmax(-1)
    low = wide < wide.max(-1, keepdim=True).values + math.log(p)
    return logits.masked_fill(low, float("-inf"))


def repetition_penalty(logits, ids, penalty):
    if penalty <= 0:
        raise ValueError("a penalty is above 0")
    said = torch.nn.functional.one_hot(ids, logits.shape[-1]).amax(dim=1).bool()
    both = torch.stack([logits * penalty, logits / penalty])
    moved = both.amin(0) if penalty >= 1 else both.amax(0)
    return torch.where(said, moved, logits)
