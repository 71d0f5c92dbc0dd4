# The weights of a row divided by their L1 norm, which is their sum.
import torch


def softmax(logits, temperature=1.0):
    if not temperature > 0:
        raise ValueError("no such temperature")
    scaled = logits / temperature
    weights = torch.exp(scaled - scaled.amax(dim=-1, keepdim=True))
    return torch.nn.functional.normalize(weights, p=1, dim=-1)
