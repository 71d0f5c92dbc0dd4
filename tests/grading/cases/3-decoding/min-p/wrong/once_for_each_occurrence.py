# expect: A token is penalised once, however often it occurs
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
    for row, said in zip(result, ids.tolist(), strict=True):
        for token in said:
            row[token] = row[token] / penalty if row[token] > 0 else row[token] * penalty
    return result
