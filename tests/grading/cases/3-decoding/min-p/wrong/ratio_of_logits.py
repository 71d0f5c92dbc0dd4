# expect: The ratio is one of probabilities, not of logits
# loses: visible
import torch


def min_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    return logits.masked_fill(logits < p * logits.amax(-1, keepdim=True), -torch.inf)


def repetition_penalty(logits, ids, penalty):
    if not penalty > 0:
        raise ValueError(penalty)
    scores = logits.gather(-1, ids)
    scores = torch.where(scores < 0, scores * penalty, scores / penalty)
    return logits.scatter(-1, ids, scores)
