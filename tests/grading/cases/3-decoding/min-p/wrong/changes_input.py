# expect: repetition_penalty changed a tensor that it was given
# loses: hidden
import torch


def min_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    chances = logits.softmax(-1)
    return logits.masked_fill(chances < p * chances.amax(-1, keepdim=True), -torch.inf)


def repetition_penalty(logits, ids, penalty):
    if not penalty > 0:
        raise ValueError(penalty)
    scores = logits.gather(-1, ids)
    scores = torch.where(scores < 0, scores * penalty, scores / penalty)
    return logits.scatter_(-1, ids, scores)
