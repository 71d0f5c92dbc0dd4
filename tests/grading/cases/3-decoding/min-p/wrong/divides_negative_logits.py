# expect: Dividing a negative logit brings it closer to 0
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
    return logits.scatter(-1, ids, logits.gather(-1, ids) / penalty)
