import torch
from torch import nn


def model(shape):
    V, C, M = shape["vocab_size"], shape["n_embd"], shape["mlp_width"]
    keys = shape["n_kv_head"] * (C // shape["n_head"])
    with torch.device("meta"):
        parts = [nn.Linear(C, C, False), nn.Linear(C, keys, False), nn.Linear(C, keys, False)]
        parts += [nn.Linear(C, C, False), nn.Linear(C, M, False), nn.Linear(C, M, False)]
        return [*parts, nn.Linear(M, C, False)], nn.Linear(C, V, False)


def parameters(shape):
    parts, head = model(shape)
    C, N = shape["n_embd"], shape["n_layer"]
    total = head.weight.numel() + C
    if shape["head"] == "untied":
        total += head.weight.numel()
    for _ in range(N):
        total += sum(part.weight.numel() for part in parts) + C + C
    return total


def flops(shape, T, training=False):
    parts, head = model(shape)
    total = 0
    for _ in range(shape["n_layer"]):
        total += sum(2 * T * part.weight.numel() for part in parts)
        total += shape["n_head"] * 2 * (2 * T * T * (shape["n_embd"] // shape["n_head"]))
    total += 2 * T * head.weight.numel()
    return total + 2 * total * training
