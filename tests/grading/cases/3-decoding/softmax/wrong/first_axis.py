# expect: Each row is a distribution of its own
# loses: visible
import torch


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError(temperature)
    weights = torch.exp((logits - logits.amax(0, keepdim=True)) / temperature)
    return weights / weights.sum(0, keepdim=True)
