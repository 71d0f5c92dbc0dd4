# expect: Each row is penalised for its own ids
# loses: visible
import torch


def min_p(logits, p):
    if not 0 < p <= 1:
        raise ValueError(p)
    chances = logits.softmax(-1)
    return logits.masked_fill(chances < p * chances.amax(-1, keepdim=True), -torch.inf)


def repetition_penalty(logits, ids, penalty):
    if not penalty > 0:
        raise ValueError(penalty)
    result = logits.clone()
    said = ids.flatten().unique()
    scores = result[:, said]
    result[:, said] = torch.where(scores < 0, scores * penalty, scores / penalty)
    return result
