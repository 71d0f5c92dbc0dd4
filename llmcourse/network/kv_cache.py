"""Keys and values of the tokens already read, so that the next token costs a row and not a square.

Attention of a new token needs the keys and values of all earlier ones, and those do not change. The
loop that generates owns a cache and hands it to `GPT.forward`; the network only appends. What is
left out: a rolling buffer for sliding windows, and pages shared between requests.
"""

import torch
from jaxtyping import Float
from torch import Tensor


class LayerCache:
    """The keys and values of one layer, in memory taken once for `capacity` positions."""

    def __init__(self, capacity: int):
        self.capacity = capacity
        self.length = 0

    def append(
        self, k: Float[Tensor, "B K T D"], v: Float[Tensor, "B K T D"]
    ) -> tuple[Float[Tensor, "B K S D"], Float[Tensor, "B K S D"]]:
        """Keep the T new positions; give all S = length + T, as views of the cache.

        No gradient flows through a cache. Memory is taken at the first call, in the keys' own dtype
        and device. Raises `ValueError` where the capacity does not suffice.
        """
        B, K, T, D = k.shape
        start, end = self.length, self.length + T
        if end > self.capacity:
            raise ValueError(f"a cache of {self.capacity} positions cannot hold {end}")
        if start == 0:
            self.keys = torch.empty(B, K, self.capacity, D, dtype=k.dtype, device=k.device)
            self.values = torch.empty_like(self.keys)
        self.keys[:, :, start:end] = k.detach()
        self.values[:, :, start:end] = v.detach()
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]


class KVCache:
    """One `LayerCache` a layer. Its size is 2·N·B·K·capacity·D numbers."""

    def __init__(self, n_layer: int, capacity: int):
        self.layers = [LayerCache(capacity) for _ in range(n_layer)]

    @property
    def length(self) -> int:
        """Positions that every layer holds."""
        return self.layers[-1].length
