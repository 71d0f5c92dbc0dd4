# Loops, and a set for what was said.
import math


def min_p(logits, p):
    if p <= 0 or p > 1:
        raise ValueError("p is a probability above 0")
    result = logits.clone()
    for row in result.view(-1, logits.shape[-1]):
        values = row.tolist()
        for token, logit in enumerate(values):
            if math.exp(logit - max(values)) < p:
                row[token] = -math.inf
    return result


def repetition_penalty(logits, ids, penalty):
    if penalty <= 0:
        raise ValueError("a penalty is above 0")
    result = logits.clone()
    for row, said in zip(result, ids.tolist(), strict=True):
        for token in set(said):
            row[token] *= 1 / penalty if row[token] > 0 else penalty
    return result
