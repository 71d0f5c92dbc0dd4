# expect: Subtract the largest logit of the same row
# loses: hidden
import torch


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError(temperature)
    weights = torch.exp((logits - logits.max()) / temperature)
    return weights / weights.sum(-1, keepdim=True)
