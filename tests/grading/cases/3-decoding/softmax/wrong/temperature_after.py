# expect: The temperature divides the logits, before exp
# loses: visible
import torch


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError(temperature)
    weights = torch.exp(logits - logits.amax(-1, keepdim=True))
    return weights / weights.sum(-1, keepdim=True) / temperature
