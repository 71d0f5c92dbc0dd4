# expect: softmax changed the logits that it was given
# loses: hidden
import torch


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError(temperature)
    logits -= logits.amax(-1, keepdim=True)
    logits /= temperature
    weights = torch.exp(logits)
    return weights / weights.sum(-1, keepdim=True)
