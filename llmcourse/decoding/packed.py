"""Weights laid out for generation on a processor, where every token reads every weight once.

A product with one row, or a few, is bound by how fast the weights come out of memory. The kernels
behind `F.linear` are made for many rows and read float32 weights at a fraction of that speed. Two
layouts come nearer: for one text at a time strips of a few outputs, each read from front to end
(`Strips`), for a batch that of oneDNN (`Tiles`). What then remains is largely Python: the modules
around the products, which `PackedBlock` does without. The numbers are the same up to rounding.
Where a layout has no fast kernel, on GPUs, under autocast and for small matrices the network stays
as it is.
"""

import copy
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn.modules.module import _has_any_global_hook

from llmcourse.network import GPT, MLPS, NORMS, Attention, Block
from llmcourse.network.attention import Visible
from llmcourse.network.block import LayerNorm
from llmcourse.network.kv_cache import LayerCache

Function = Callable[[Tensor], Tensor]

WORTH_STEPS = 16
"""New tokens from which on the time to lay the weights out (that of a few tokens) comes back."""
WORTH_WEIGHTS = 100_000
"""Weights of a matrix from which on it gains: a smaller one comes from the processor's cache."""
WIDTH = 16
"""Outputs of a strip: their sums fit into one register of the processor, or two."""
ROWS = 64
"""The rows that tiles are made for: oneDNN then takes its widest kernel, for fewer rows too."""


class Strips(nn.Module):
    """x·Wᵀ + b for one row x: a batch of products, each with the weights of `WIDTH` outputs.

    Such a strip lies in one piece, and its weights are read in the order in which x is. More rows
    than one (a prompt) are multiplied by the weights as they were.
    """

    def __init__(self, linear: nn.Linear):
        super().__init__()
        weight, bias = linear.weight.detach(), linear.bias
        inputs, outputs = linear.in_features, linear.out_features
        rest = -outputs % WIDTH
        full = F.pad(weight, (0, 0, 0, rest)) if rest else weight  # pad copies in any case
        strips = full.view(-1, WIDTH, inputs).mT.contiguous()  # G I WIDTH
        G = len(strips)
        if bias is None:
            multiply = partial(torch.bmm, mat2=strips)
        else:
            bias = bias.detach()
            start = F.pad(bias, (0, rest)).view(G, 1, WIDTH)
            multiply = partial(torch.baddbmm, start, batch2=strips)

        def function(x: Tensor) -> Tensor:
            if x.numel() > inputs:
                return F.linear(x, weight, bias)
            y = multiply(x.expand(G, 1, inputs)).view(1, 1, -1)
            return y[..., :outputs] if rest else y

        self.function: Function = function

    def forward(self, x: Float[Tensor, "B T I"]) -> Float[Tensor, "B T O"]:
        return self.function(x)


class Tiles(nn.Module):
    """x·Wᵀ + b by the operators that torch's own compiler uses; they have no public name."""

    def __init__(self, linear: nn.Linear):
        super().__init__()
        multiply = torch.ops.mkldnn._linear_pointwise.default
        weight = torch.ops.mkldnn._reorder_linear_weight(linear.weight.detach(), ROWS)
        bias = None if linear.bias is None else linear.bias.detach()
        self.function: Function = lambda x: multiply(x, weight, bias, "none", [], "")

    def forward(self, x: Float[Tensor, "*B I"]) -> Float[Tensor, "*B O"]:
        return self.function(x)


class PackedBlock(nn.Module):
    """`Block` in one function: the same steps, without a call of a module for each of them."""

    def __init__(self, block: Block, layout: "Layout"):
        super().__init__()
        attention, mlp = block.attention, block.mlp
        self.attention_norm, self.mlp_norm = _norm(block.attention_norm), _norm(block.mlp_norm)
        self.qkv = _product(attention.qkv, layout)
        self.out = _product(attention.out, layout)
        self.up, self.down = _product(mlp.up, layout), _product(mlp.out, layout)
        self.gather, self.bend = attention.gather, mlp.bend

    def forward(
        self,
        x: Float[Tensor, "B T C"],
        rotate: Function | None = None,
        visible: Visible | None = None,
        cache: LayerCache | None = None,
    ) -> Float[Tensor, "B T C"]:
        x = x + self.out(self.gather(self.qkv(self.attention_norm(x)), rotate, visible, cache))
        return x + self.down(self.bend(self.up(self.mlp_norm(x))))


Layout = type[Strips] | type[Tiles]
PLAIN = {Block, Attention, nn.Linear, *MLPS.values(), *NORMS.values()}


def packed(model: GPT, rows: int) -> GPT:
    """A network that shares all tensors with `model` and multiplies by packed copies of its
    matrices, which take as much memory again. `model` itself is not changed. Without gradient.

    `rows` is the number of texts that are continued at once. A part that somebody listens at, or
    has changed, is not replaced: the twin calls the part of `model` itself.
    """
    layout = _layout(model, rows)
    if layout is None:
        return model
    twin = copy.copy(model)
    twin._modules = dict(model._modules)
    twin.blocks = nn.ModuleList(
        PackedBlock(block, layout) if _is_plain(block, Block) else block for block in model.blocks
    )
    if _is_plain(model.unembedding, nn.Linear) and _gains(model.unembedding):
        twin.unembedding = layout(model.unembedding)
    return twin


def _layout(model: GPT, rows: int) -> Layout | None:
    weight = model.embedding.weight
    if type(model) is not GPT or weight.device.type != "cpu" or weight.dtype != torch.float32:
        return None
    if torch.is_autocast_enabled("cpu") or _has_any_global_hook():
        return None
    if rows == 1 and torch.backends.mkl.is_available():
        return Strips
    if torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        return Tiles
    return None


def _product(linear: nn.Linear, layout: Layout) -> Function:
    return layout(linear).function if _gains(linear) else linear.forward


def _norm(norm: nn.Module) -> Function:
    """The norm with its weights at hand: a module looks them up by name at every call."""
    weight, eps = norm.weight.detach(), norm.eps
    if isinstance(norm, LayerNorm):
        bias = None if norm.bias is None else norm.bias.detach()
        return lambda x: torch.layer_norm(x, weight.shape, weight, bias, eps)
    return lambda x: torch.rms_norm(x, weight.shape, weight, eps)


def _gains(linear: nn.Linear) -> bool:
    return linear.weight.numel() >= WORTH_WEIGHTS


def _is_plain(part: nn.Module, kind: type[nn.Module]) -> bool:
    """Whether it and all within are as this package makes them, and nobody listens at one."""
    return type(part) is kind and all(
        type(module) in PLAIN
        and not module._forward_hooks
        and not module._forward_pre_hooks
        and not vars(module).keys() & {"forward", "gather", "bend"}  # put in a method's place
        for module in part.modules()
    )
