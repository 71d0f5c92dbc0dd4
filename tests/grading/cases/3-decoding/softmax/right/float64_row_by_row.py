# Loops over Python's own floats, which are float64.
import math

import torch


def softmax(logits, temperature=1.0):
    if temperature <= 0:
        raise ValueError("no such temperature")
    rows = []
    for row in logits.double().reshape(-1, logits.shape[-1]).tolist():
        largest = max(row)
        weights = [math.exp((z - largest) / temperature) for z in row]
        total = math.fsum(weights)
        rows.append([weight / total for weight in weights])
    return torch.tensor(rows, dtype=torch.float64).reshape(logits.shape).to(logits.dtype)
