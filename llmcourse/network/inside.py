"""What a network does while it reads: the attention weights of every layer and head.

The network itself never keeps them; its kernel makes the weighted sum without storing the weights.
`attention_maps` listens in while a text is read. What the weights mean is another question: a large
weight says what was gathered, not that it mattered.
"""

from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor
from torch.overrides import TorchFunctionMode

from llmcourse.network.gpt import GPT


def attention_maps(network: GPT, ids: Int[Tensor, "T"]) -> Float[Tensor, "N H T T"]:
    """The weight that each token of one text (row) gives to each token (column); rows sum to 1.

        maps[n, h, t, s] = softmax over s of (q_t·k_s/√D + what is visible), of head h in layer n

    Positions, window, query and key norms and shared key heads are those of the network, whatever
    its `Config` says. Takes N·H·T² numbers of memory.

    >>> attention_maps(GPT(Config(vocab_size=512)), torch.tensor([1, 2, 3])).shape
    torch.Size([4, 4, 3, 3])

    Raises `UserError` where `GPT.forward` does: too long a text, an id outside the vocabulary.
    """
    with torch.no_grad(), _Listener() as listener:
        network(ids[None])
    return torch.cat(listener.maps)


class _Listener(TorchFunctionMode):
    """Asks each attention a second time, with the identity matrix in place of the values.

    weights · identity = weights, and query, key and mask are those that the network computed.
    """

    def __init__(self):
        super().__init__()
        self.maps: list[Tensor] = []  # a layer each, 1 H T T

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func is F.scaled_dot_product_attention:
            q, k, _ = args
            B, K, S, _ = k.shape
            identity = torch.eye(S, dtype=q.dtype, device=q.device).expand(B, K, S, S)
            self.maps.append(func(q, k, identity, **kwargs))
        return func(*args, **kwargs)
