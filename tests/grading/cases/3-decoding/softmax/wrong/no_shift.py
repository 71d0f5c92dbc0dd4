# expect: exp of a large number overflows
# loses: visible
import torch


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError(temperature)
    weights = torch.exp(logits / temperature)
    return weights / weights.sum(-1, keepdim=True)
