# expect: A temperature below 1 makes the likely token likelier
# loses: visible
import torch


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError(temperature)
    weights = torch.exp((logits - logits.amax(-1, keepdim=True)) * temperature)
    return weights / weights.sum(-1, keepdim=True)
