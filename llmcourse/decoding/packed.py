"""Weights laid out for generation on a processor, where every token reads every weight once.

A product with one row, or a few, is bound by how fast the weights come out of memory. The kernels
behind `F.linear` are made for many rows and read float32 weights at a fraction of that speed. Two
layouts come nearer: for one text at a time strips of a few outputs, each read from front to end
(`Strips`), for a batch that of oneDNN (`Tiles`). What then remains is largely Python: the modules
around the products, which `PackedBlock` does without. The numbers are the same up to rounding.
Where a layout has no fast kernel, on GPUs, and for small matrices the network stays as it is.
"""

import copy
from collections.abc import Callable
from functools import partial

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

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

    def __init__(self, block: Block):
        super().__init__()
        attention, mlp = block.attention, block.mlp
        self.attention_norm, self.mlp_norm = _norm(block.attention_norm), _norm(block.mlp_norm)
        self.qkv, self.out = _product(attention.qkv), _product(attention.out)
        self.up, self.down = _product(mlp.up), _product(mlp.out)
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


def packed(model: GPT, rows: int) -> GPT:
    """A network that shares all tensors with `model` and multiplies by packed copies of its
    matrices, which take as much memory again. `model` itself is not changed. Without gradient.

    `rows` is the number of texts that are continued at once.
    """
    layout = _layout(model, rows)
    if layout is None:
        return model
    twin = copy.deepcopy(model, {id(x): x for x in (*model.parameters(), *model.buffers())})
    for module in list(twin.modules()):
        for name, layer in module.named_children():
            if _gains(layer):
                setattr(module, name, layout(layer))
    for i, block in enumerate(twin.blocks):
        if _is_plain(block):
            twin.blocks[i] = PackedBlock(block)
    return twin


def _layout(model: GPT, rows: int) -> type[Strips] | type[Tiles] | None:
    weight = model.embedding.weight
    if weight.device.type != "cpu" or weight.dtype != torch.float32:
        return None
    if rows == 1 and torch.backends.mkl.is_available():
        return Strips
    if torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        return Tiles
    return None


def _product(layer: nn.Module) -> Function:
    return layer.function if isinstance(layer, Strips | Tiles) else layer.forward


def _norm(norm: nn.Module) -> Function:
    """The norm with its weights at hand: a module looks them up by name at every call."""
    weight, eps = norm.weight.detach(), norm.eps
    if isinstance(norm, LayerNorm):
        bias = None if norm.bias is None else norm.bias.detach()
        return lambda x: torch.layer_norm(x, weight.shape, weight, bias, eps)
    return lambda x: torch.rms_norm(x, weight.shape, weight, eps)


def _gains(layer: nn.Module) -> bool:
    """Whether it is a plain matrix that is large enough, and nobody listens at it."""
    return type(layer) is nn.Linear and not _heard(layer) and layer.weight.numel() >= WORTH_WEIGHTS


def _is_plain(block: nn.Module) -> bool:
    """Whether it has the parts that `PackedBlock` knows, and nobody listens at one."""
    return (
        type(block) is Block
        and type(block.attention) is Attention
        and type(block.mlp) in MLPS.values()
        and {type(block.attention_norm), type(block.mlp_norm)} <= set(NORMS.values())
        and not any(_heard(part) for part in block.modules())
    )


def _heard(module: nn.Module) -> bool:
    return bool(module._forward_hooks or module._forward_pre_hooks)
