"""Weights laid out for generation on a processor, where every token reads every weight once.

A product with one row, or a few, is bound by how fast the weights come out of memory. The kernels
behind `F.linear` are made for many rows and read float32 weights at a fraction of that speed;
oneDNN's, on weights in a layout of its own, come nearer. The numbers are the same up to rounding.
Where oneDNN is missing, on GPUs, and for small matrices the network stays as it is.
"""

import copy

import torch
from jaxtyping import Float
from torch import Tensor, nn

from llmcourse.network import GPT

WORTH_STEPS = 16
"""New tokens from which on the time to lay the weights out (that of a few tokens) comes back."""
WORTH_WEIGHTS = 100_000
"""Weights of a matrix from which on it gains: a smaller one comes from the processor's cache."""
ROWS = 64
"""The rows that the layout is made for: oneDNN then takes its widest kernel, for one row too."""


class PackedLinear(nn.Module):
    """x·Wᵀ + b by the operators that torch's own compiler uses; they have no public name."""

    def __init__(self, linear: nn.Linear):
        super().__init__()
        self.weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), ROWS)
        self.bias = None if linear.bias is None else linear.bias.detach()

    def forward(self, x: Float[Tensor, "*B I"]) -> Float[Tensor, "*B O"]:
        return torch.ops.mkldnn._linear_pointwise.default(x, self.weight, self.bias, "none", [], "")


def packed(model: GPT) -> GPT:
    """A network that shares all tensors with `model` and multiplies by packed copies of its
    matrices, which take as much memory again. `model` itself is not changed. Without gradient.
    """
    if not _possible(model):
        return model
    twin = copy.deepcopy(model, {id(x): x for x in (*model.parameters(), *model.buffers())})
    for module in list(twin.modules()):
        for name, layer in module.named_children():
            if _gains(layer):
                setattr(module, name, PackedLinear(layer))
    return twin


def _possible(model: GPT) -> bool:
    weight = model.embedding.weight
    return (
        weight.device.type == "cpu"
        and weight.dtype == torch.float32
        and torch.backends.mkldnn.is_available()
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


def _gains(layer: nn.Module) -> bool:
    """Whether it is a plain matrix that is large enough, and nobody listens at it."""
    plain = type(layer) is nn.Linear and not (layer._forward_hooks or layer._forward_pre_hooks)
    return plain and layer.weight.numel() >= WORTH_WEIGHTS
