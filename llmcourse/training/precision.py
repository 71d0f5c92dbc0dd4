"""In which number format the matrix products of training are computed.

Weights, gradients and optimizer state stay float32. Mixed precision (Micikevicius et al., 2018)
rounds the inputs of matrix products to 16 bits, where the hardware multiplies those faster:
bfloat16 keeps the range of float32, float16 does not, so its loss is scaled up before the backward
pass.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch.overrides import TorchFunctionMode

from llmcourse.errors import UserError

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def choose_dtype(precision: str, device: torch.device) -> torch.dtype:
    """The format that "fp32", "bf16" or "fp16" names; for "auto", the fastest that the device has.

    Raises UserError for fp16 on a processor, which would compute it more slowly than float32.
    """
    if precision == "auto":
        if device.type == "cuda":
            native = torch.cuda.is_bf16_supported(including_emulation=False)
            return torch.bfloat16 if native else torch.float16
        native = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        return torch.bfloat16 if native else torch.float32
    if precision == "fp16" and device.type == "cpu":
        raise UserError("fp16 pays on a GPU only.", todo="Choose auto, fp32 or bf16.")
    return DTYPES[precision]


@contextmanager
def mixed_precision(device: torch.device, dtype: torch.dtype) -> Iterator[None]:
    """Compute matrix products in `dtype` in this block; float32 changes nothing."""
    if dtype == torch.float32:
        yield
    elif device.type == "cpu":
        with torch.autocast("cpu", dtype), _AttentionInFloat32():
            yield
    else:
        with torch.autocast(device.type, dtype):
            yield


class _AttentionInFloat32(TorchFunctionMode):
    """Leaves attention out of a processor's autocast: its backward pass is five times slower there.

    (Measured with torch 2.13: 5.7 ms in bfloat16, 1.2 ms in float32, for 48 heads of 64 × 32.)
    """

    def __torch_function__(
        self, func: Callable, types: Any, args: tuple = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func is not F.scaled_dot_product_attention:
            return func(*args, **(kwargs or {}))
        with torch.autocast("cpu", enabled=False):
            return func(*(part.float() for part in args), **(kwargs or {}))
